package dev.posthaste.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.posthaste.delivery.MailSender.Handed;
import dev.posthaste.delivery.MailSender.Mail;
import dev.posthaste.httpclient.SelfSigned;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.mail.SmtpSettings.Security;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mail meets a real SMTP server, or one that is not as it should be. */
class SmtpSenderIT {
    private static final Instant AT = Instant.parse("2026-04-10T14:10:00Z");
    private static final Mail MAIL = new Mail("ops@example.com", "Grüße: failure", "Zeile ä\nzwei\n", "alert_7");

    private final GreenMail mail =
            new GreenMail(new ServerSetup[] {ServerSetup.SMTP.dynamicPort(), ServerSetup.SMTPS.dynamicPort()});

    @AfterEach
    void stop() {
        mail.stop();
    }

    @Test
    void aMailArrivesWithItsTextAndTheSameIdOnEachTry() throws Exception {
        mail.start();
        SmtpSender sender = sender(mail.getSmtp().getPort(), Security.NONE, null, null);

        assertThat(sender.send(MAIL, () -> {})).isEqualTo(new Handed.Taken());
        assertThat(sender.send(MAIL, () -> {})).isEqualTo(new Handed.Taken());

        MimeMessage[] received = mail.getReceivedMessages();
        assertThat(received).hasSize(2);
        assertThat(received[0].getSubject()).isEqualTo("Grüße: failure");
        assertThat(received[0].getContent().toString().replace("\r\n", "\n").strip())
                .isEqualTo("Zeile ä\nzwei");
        assertThat(received[0].getFrom()[0]).hasToString("posthaste@example.com");
        assertThat(received[0].getAllRecipients()).hasSize(1);
        assertThat(received[0].getMessageID()).isEqualTo("<alert_7@example.com>");
        assertThat(received[1].getMessageID()).isEqualTo("<alert_7@example.com>");
        assertThat(received[0].getSentDate().toInstant()).isEqualTo(AT);
    }

    @Test
    void noSubjectAndNoAddressAddsALineOrAReceiver() throws Exception {
        mail.start();
        SmtpSender sender = sender(mail.getSmtp().getPort(), Security.NONE, null, null);

        sender.send(
                new Mail(
                        "ops@example.com", "x\r\nBcc: evil@example.com\r\n\r\nbody", "text\r\n.\r\nRCPT TO:<e@x>", "i"),
                () -> {});
        Handed several = sender.send(new Mail("ops@example.com, evil@example.com", "x", "y", "i"), () -> {});
        Handed lines = sender.send(new Mail("ops@example.com>\r\nRCPT TO:<evil@example.com", "x", "y", "i"), () -> {});

        assertThat(several).isInstanceOf(Handed.Refused.class);
        assertThat(lines).isInstanceOf(Handed.Refused.class);
        assertThat(mail.getReceivedMessages()).hasSize(1);
        MimeMessage received = mail.getReceivedMessages()[0];
        assertThat(received.getAllRecipients()).hasSize(1);
        assertThat(received.getHeader("Bcc")).isNull();
        assertThat(received.getContent().toString()).contains("RCPT TO:<e@x>");
    }

    @Test
    void aUserIsLoggedInAndAWrongPasswordIsToldWithoutIt() {
        mail.setUser("posthaste@example.com", "posthaste", "right");
        mail.start();
        int port = mail.getSmtp().getPort();

        assertThat(sender(port, Security.NONE, "posthaste", "right").send(MAIL, () -> {}))
                .isEqualTo(new Handed.Taken());
        assertThat(sender(port, Security.NONE, "posthaste", "wrong-secret").send(MAIL, () -> {}))
                .isEqualTo(new Handed.Refused(
                        FailureReason.UNKNOWN, "The mail server does not take our user and password."));
    }

    /** GreenMail's certificate is its own. */
    @Test
    void nothingIsSentToWhoCannotProveWhoHeIsNorInTheClearWhereThatIsNotWanted() {
        mail.start();

        assertThat(reason(sender(mail.getSmtps().getPort(), Security.TLS, null, null)))
                .isEqualTo(FailureReason.SSL_ERROR);
        assertThat(sender(mail.getSmtp().getPort(), Security.STARTTLS, null, null)
                        .send(MAIL, () -> {}))
                .isInstanceOf(Handed.Refused.class);
        assertThat(mail.getReceivedMessages()).isEmpty();
    }

    @Test
    void aServerThatIsNotThereOrSaysNothingIsGivenUp() throws IOException {
        int port;
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            port = silent.getLocalPort();
            assertThat(reason(sender(port, Security.NONE, null, null))).isEqualTo(FailureReason.TIMEOUT);
        }
        assertThat(reason(sender(port, Security.NONE, null, null))).isEqualTo(FailureReason.CONNECTION_ERROR);
    }

    /** It would be sent again, to somebody who has it. */
    @Test
    void whatTheServerHasTakenIsTakenHoweverItGoesAway() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> rude = CompletableFuture.runAsync(() -> takeAndReset(listener));

            assertThat(sender(listener.getLocalPort(), Security.NONE, null, null)
                            .send(MAIL, () -> {}))
                    .isEqualTo(new Handed.Taken());
            rude.get(20, TimeUnit.SECONDS);
        }
    }

    private static void takeAndReset(ServerSocket listener) {
        try (Socket client = listener.accept()) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = client.getOutputStream();
            boolean isData = false;
            out.write("220 here\r\n".getBytes(StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                boolean isOver = isData && line.equals(".");
                if (!isData || isOver) {
                    isData = line.equals("DATA");
                    out.write((isData ? "354 go on\r\n" : "250 ok\r\n").getBytes(StandardCharsets.US_ASCII));
                }
                if (isOver) {
                    client.setSoLinger(true, 0);
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each octet alone is in time: a server like that would keep a slot for ever. */
    @Test
    void aServerThatSaysAnOctetNowAndThenIsGivenUpWithTheConversationsTime() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> trickling = CompletableFuture.runAsync(() -> trickle(listener));

            assertThat(sender(listener.getLocalPort(), Security.NONE, null, null)
                            .send(MAIL, () -> {}))
                    .isEqualTo(new Handed.Refused(FailureReason.TIMEOUT, "The mail server did not take it in time."));
            trickling.get(20, TimeUnit.SECONDS);
        }
    }

    /** A greeting of many lines, until whoever listens goes away, or 20 s have passed. */
    private static void trickle(ServerSocket listener) {
        try (Socket client = listener.accept()) {
            client.setSoTimeout(100);
            for (int i = 0; i < 200; i++) {
                client.getOutputStream().write("220-x\r\n".charAt(i % 7));
                try {
                    if (client.getInputStream().read() < 0) {
                        return;
                    }
                } catch (SocketTimeoutException e) {
                    // It says nothing, as it should until the greeting is over.
                }
            }
        } catch (IOException e) {
            // It has gone away.
        }
    }

    /** Whoever has mistyped an address is to read that. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RCPT | 550 5.1.1 <ops@example.com>: no such user here
            MAIL | 553 5.7.1 you may not send as that
            DATA | 452 4.3.1 no room for it
            """)
    void whatTheServerSaysOfWhatItRefusesIsTold(String verb, String reply) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> refusing = CompletableFuture.runAsync(() -> refuse(listener, verb, reply));

            assertThat(sender(listener.getLocalPort(), Security.NONE, null, null)
                            .send(MAIL, () -> {}))
                    .isEqualTo(new Handed.Refused(FailureReason.UNKNOWN, "The mail server has not taken it: " + reply));
            refusing.get(20, TimeUnit.SECONDS);
        }
    }

    private static void refuse(ServerSocket listener, String verb, String reply) {
        try (Socket client = listener.accept()) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            client.getOutputStream().write("220 here\r\n".getBytes(StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String answer = line.startsWith(verb) ? reply : "250 ok";
                client.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A machine may be called by a name that no server takes, as containers are. */
    @Test
    void itGivesTheDomainThatMailComesFromAsItsName() throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        try (ServerSocket listener = new ServerSocket(0)) {
            CompletableFuture<?> listening = CompletableFuture.runAsync(() -> agree(listener, said));
            sender(listener.getLocalPort(), Security.NONE, null, null).send(MAIL, () -> {});
            listening.get(20, TimeUnit.SECONDS);
        }

        assertThat(said.get(0)).isEqualTo("EHLO example.com");
    }

    private static void agree(ServerSocket listener, List<String> said) {
        try (Socket client = listener.accept()) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            client.getOutputStream().write("220 here\r\n".getBytes(StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                client.getOutputStream().write("250 ok\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server in between that leaves STARTTLS out of what it offers learns nothing. */
    @Test
    void neitherPasswordNorMailIsSaidToWhoDoesNotOfferStarttls() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CompletableFuture<List<String>> heard =
                    CompletableFuture.supplyAsync(() -> listen(listener, "250-here\r\n250 AUTH PLAIN LOGIN", null));

            assertThat(sender(listener.getLocalPort(), Security.STARTTLS, "posthaste", "very-secret")
                            .send(MAIL, () -> {}))
                    .isEqualTo(new Handed.Refused(
                            FailureReason.SSL_ERROR,
                            "Nothing was sent to the mail server in the clear: it does not offer STARTTLS, which"
                                    + " POSTHASTE_SMTP_SECURITY wants."));

            assertThat(heard.get(20, TimeUnit.SECONDS)).allMatch(line -> line.matches("(EHLO|HELO|QUIT|RSET).*"));
        }
    }

    @Test
    void neitherPasswordNorMailIsSaidToWhoHasACertificateOfHisOwn(@TempDir Path directory) throws Exception {
        assertThat(saidTo(SelfSigned.ofLoopback(directory), null)).containsExactly("SSL_ERROR", "EHLO", "STARTTLS");
    }

    @Test
    void neitherPasswordNorMailIsSaidToWhoHasACertificateOfAnother(@TempDir Path directory) throws Exception {
        SSLContext another = SelfSigned.context(directory, "mail.test");

        assertThat(saidTo(another, another.getSocketFactory())).containsExactly("SSL_ERROR", "EHLO", "STARTTLS");
    }

    @Test
    void toWhoHasTheRightCertificateThePasswordIsSaidBehindStarttlsOnly(@TempDir Path directory) throws Exception {
        SSLContext right = SelfSigned.ofLoopback(directory);

        assertThat(saidTo(right, right.getSocketFactory()))
                .startsWith("UNKNOWN", "EHLO", "STARTTLS", "EHLO in TLS", "AUTH in TLS");
    }

    /** Why it was refused, and the verbs that a server has heard that takes no password. */
    private static List<String> saidTo(SSLContext server, @Nullable SSLSocketFactory trusted) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CompletableFuture<List<String>> heard = CompletableFuture.supplyAsync(
                    () -> listen(listener, "250-here\r\n250-AUTH PLAIN\r\n250 STARTTLS", server));
            SmtpSender sender = new SmtpSender(
                    settings(listener.getLocalPort(), Security.STARTTLS, "posthaste", "very-secret"),
                    InstantSource.fixed(AT),
                    Duration.ofSeconds(20),
                    trusted);
            List<String> said = new ArrayList<>(List.of(reason(sender).name()));
            heard.get(20, TimeUnit.SECONDS).stream()
                    .map(line -> line.replaceFirst("^(\\w+)[^|]*", "$1").replace("|", " in TLS"))
                    .forEach(said::add);
            return said;
        }
    }

    /** What a client says; behind what it says in TLS stands a bar. */
    private static List<String> listen(ServerSocket listener, String offer, @Nullable SSLContext secured) {
        List<String> heard = new ArrayList<>();
        try (Socket client = listener.accept()) {
            client.setSoTimeout(20_000);
            client.getOutputStream().write("220 here\r\n".getBytes(StandardCharsets.US_ASCII));
            if (converse(client, offer, heard, "") && secured != null) {
                SSLSocket tls = (SSLSocket) secured.getSocketFactory().createSocket(client, null, 0, true);
                tls.setUseClientMode(false);
                converse(tls, "250-here\r\n250 AUTH PLAIN", heard, "|");
            }
        } catch (IOException e) {
            // Whoever does not trust it goes away.
        }
        return heard;
    }

    /** Whether it ended with STARTTLS. */
    private static boolean converse(Socket client, String offer, List<String> heard, String mark) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heard.add(line + mark);
            boolean isSecured = line.equals("STARTTLS");
            String answer = line.startsWith("EHLO") ? offer : line.startsWith("AUTH") ? "535 no" : "220 ok";
            client.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
            if (isSecured) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whoMayNotSendAnyMoreSendsNothing() {
        mail.start();
        SmtpSender sender = sender(mail.getSmtp().getPort(), Security.NONE, null, null);

        assertThatThrownBy(() -> sender.send(MAIL, () -> {
                    throw new IllegalStateException("the lease has run out");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(mail.getReceivedMessages()).isEmpty();
    }

    private static FailureReason reason(SmtpSender sender) {
        return ((Handed.Refused) sender.send(MAIL, () -> {})).reason();
    }

    private static SmtpSender sender(int port, Security security, @Nullable String user, @Nullable String password) {
        return new SmtpSender(
                settings(port, security, user, password), InstantSource.fixed(AT), Duration.ofSeconds(2), null);
    }

    private static SmtpSettings settings(
            int port, Security security, @Nullable String user, @Nullable String password) {
        return new SmtpSettings("127.0.0.1", port, security, user, password, "posthaste@example.com");
    }
}
