package dev.posthaste.mail;

import dev.posthaste.delivery.MailSender;
import dev.posthaste.jobs.FailureReason;

/** Stands where the operator has set no mail server. */
public final class NoMailServer implements MailSender {
    @Override
    public Handed send(Mail mail, Runnable lastLook) {
        return new Handed.Refused(
                FailureReason.UNKNOWN, "This server sends no mail: its operator has not set alerts.smtp.");
    }
}
