package dev.posthaste.mail;

import dev.posthaste.alerts.MailAddress;
import dev.posthaste.delivery.MailSender;
import dev.posthaste.delivery.MailSender.Handed;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.sql.StorableText;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Properties;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands each mail to one server, over a connection of its own. Thread-safe. */
public final class SmtpSender implements MailSender {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpSender.class);
    private static final int MAX_REPLY = 300;

    /** The library has no type of its own for it. */
    private static final String NO_STARTTLS = "STARTTLS is required";

    /**
     * For the whole conversation. RFC 5321 (section 4.5.3.2) has minutes for single replies, and who gives up while a mail is
     * looked through sends it twice; but it is one of a few slots that waits.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration TIMER_IDLE = Duration.ofSeconds(10);

    private final SmtpSettings settings;
    private final InstantSource clock;
    private final Duration patience;
    private final Properties properties;
    private final ScheduledThreadPoolExecutor timer;

    /** @param clock for the date of a mail */
    public SmtpSender(SmtpSettings settings, InstantSource clock) {
        this(settings, clock, PATIENCE, null);
    }

    /** @param tls what STARTTLS secures a connection by; null for what this JVM trusts */
    SmtpSender(SmtpSettings settings, InstantSource clock, Duration patience, @Nullable SSLSocketFactory tls) {
        this.settings = settings;
        this.clock = clock;
        this.patience = patience;
        this.properties = properties(settings);
        if (tls != null) {
            properties.put("mail.smtp.ssl.socketFactory", tls);
        }
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "posthaste-mail-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        // A thread only while there is mail on its way.
        timer.setKeepAliveTime(TIMER_IDLE.toMillis(), TimeUnit.MILLISECONDS);
        timer.allowCoreThreadTimeOut(true);
        timer.setRemoveOnCancelPolicy(true);
    }

    private static Properties properties(SmtpSettings settings) {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.connectiontimeout", String.valueOf(CONNECTING.toMillis()));
        properties.setProperty("mail.smtp.quitwait", "false");
        properties.setProperty("mail.smtp.auth", String.valueOf(settings.user() != null));
        properties.setProperty("mail.smtp.from", settings.from());
        // What this machine is called may be no name that a server takes, and costs a look-up outside of the deadline.
        properties.setProperty(
                "mail.smtp.localhost", settings.from().substring(settings.from().lastIndexOf('@') + 1));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        boolean startsPlain = settings.security() == SmtpSettings.Security.STARTTLS;
        properties.setProperty("mail.smtp.starttls.enable", String.valueOf(startsPlain));
        properties.setProperty("mail.smtp.starttls.required", String.valueOf(startsPlain));
        properties.setProperty(
                "mail.smtp.ssl.enable", String.valueOf(settings.security() == SmtpSettings.Security.TLS));
        // Another socket would have no deadline.
        properties.setProperty("mail.smtp.socketFactory.fallback", "false");
        return properties;
    }

    private Session session(Conversation conversation) {
        Properties own = new Properties();
        own.putAll(properties);
        own.put("mail.smtp.socketFactory", conversation);
        return Session.getInstance(own);
    }

    @Override
    public Handed send(Mail mail, Runnable lastLook) {
        if (!MailAddress.isValid(mail.to())) {
            return new Handed.Refused(FailureReason.UNKNOWN, "The address is not one that mail can be sent to.");
        }
        try (Conversation conversation = new Conversation(timer, patience)) {
            return send(mail, lastLook, conversation);
        }
    }

    private Handed send(Mail mail, Runnable lastLook, Conversation conversation) {
        Session session = session(conversation);
        try {
            Transport transport = session.getTransport("smtp");
            try {
                transport.connect(settings.host(), settings.port(), settings.user(), settings.password());
                MimeMessage message = message(mail, session);
                message.saveChanges();
                lastLook.run();
                transport.sendMessage(message, message.getAllRecipients());
                return new Handed.Taken();
            } finally {
                close(transport);
            }
        } catch (MessagingException e) {
            LOG.debug("{} could not be mailed by {}", mail.messageId(), settings, e);
            return conversation.isOver()
                    ? new Handed.Refused(FailureReason.TIMEOUT, "The mail server did not take it in time.")
                    : refused(e);
        }
    }

    /** Whether a mail was taken is known by then. */
    private static void close(Transport transport) {
        try {
            transport.close();
        } catch (MessagingException e) {
            LOG.debug("The mail server went away before it was taken leave of", e);
        }
    }

    private MimeMessage message(Mail mail, Session session) throws MessagingException {
        String id = "<" + mail.messageId()
                + settings.from().substring(settings.from().indexOf('@')) + ">";
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", id);
            }
        };
        message.setFrom(new InternetAddress(settings.from()));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(mail.to()));
        message.setSubject(StorableText.line(mail.subject()), StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(clock.instant()));
        // RFC 3834: no vacation message answers it.
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setText(mail.text(), StandardCharsets.UTF_8.name());
        return message;
    }

    /** In words that do not tell where the operator's server is. */
    private static Handed refused(MessagingException failure) {
        if (failure instanceof AuthenticationFailedException) {
            return new Handed.Refused(FailureReason.UNKNOWN, "The mail server does not take our user and password.");
        }
        if (String.valueOf(failure.getMessage()).startsWith(NO_STARTTLS)) {
            return new Handed.Refused(
                    FailureReason.SSL_ERROR,
                    "Nothing was sent to the mail server in the clear: it does not offer STARTTLS, which"
                            + " POSTHASTE_SMTP_SECURITY wants.");
        }
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return new Handed.Refused(FailureReason.TIMEOUT, "The mail server did not answer in time.");
            }
            if (cause instanceof UnknownHostException) {
                return new Handed.Refused(FailureReason.DNS_ERROR, "The mail server's name is not known.");
            }
            if (cause instanceof SSLException) {
                return new Handed.Refused(
                        FailureReason.SSL_ERROR, "The connection to the mail server could not be secured.");
            }
            if (cause instanceof IOException) {
                return new Handed.Refused(
                        FailureReason.CONNECTION_ERROR, "The mail server could not be reached, or went away.");
            }
        }
        String said = StorableText.line(String.valueOf(reply(failure))).strip();
        return new Handed.Refused(
                FailureReason.UNKNOWN,
                "The mail server has not taken it: "
                        + (said.length() > MAX_REPLY ? said.substring(0, MAX_REPLY) + "…" : said));
    }

    /** "Invalid Addresses" is the library's word for it: what the server said stands in the innermost. */
    private static @Nullable String reply(MessagingException failure) {
        String said = failure.getMessage();
        for (Exception next = failure.getNextException();
                next instanceof MessagingException inner;
                next = inner.getNextException()) {
            said = inner.getMessage();
        }
        return said;
    }
}
