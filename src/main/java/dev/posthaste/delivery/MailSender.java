package dev.posthaste.delivery;

import dev.posthaste.jobs.FailureReason;

/** Sends mail by the operator's server. Thread-safe. */
public interface MailSender {
    /**
     * A mail of one line's subject and a plain text.
     *
     * @param to one address, such as {@code ops@example.com}
     * @param subject in one line
     * @param messageId what names it on each of its tries, without brackets
     */
    record Mail(String to, String subject, String text, String messageId) {}

    /**
     * Hands it to the server, within bounded time.
     *
     * @param lastLook run right before it is handed over; what it throws ends it unsent
     */
    Handed send(Mail mail, Runnable lastLook);

    /** How it went. */
    sealed interface Handed {
        /** The server has taken it. */
        record Taken() implements Handed {}

        /** It has not. */
        record Refused(FailureReason reason, String message) implements Handed {}
    }
}
