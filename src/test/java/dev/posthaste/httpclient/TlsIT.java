package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.memory.ByteBudget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate for {@code a.test}, and a sender that trusts it. */
@Timeout(60)
class TlsIT {
    private static final char[] PASSWORD = "not-a-secret".toCharArray();

    @TempDir
    private static Path directory;

    private final List<String> names = new CopyOnWriteArrayList<>();
    private final List<SSLSocket> connections = new CopyOnWriteArrayList<>();
    private SSLContext context;
    private SSLServerSocket listener;
    private HttpClientSender sender;
    private volatile String behind = "";

    @BeforeEach
    void start() throws Exception {
        context = trusting(keyStore("a.test"));
        listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept, "tls-server");
        accepting.setDaemon(true);
        accepting.start();
        sender = Sending.sender(
                host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                new ByteBudget("answers", 1_000_000),
                context);
    }

    @AfterEach
    void close() throws IOException {
        sender.close();
        listener.close();
    }

    /** JSSE's servers refuse such a greeting, others do not: what goes out is looked at on the wire. */
    @Test
    void aNameWithAnUnderscoreIsAskedFor() throws Exception {
        CompletableFuture<String> greeting = new CompletableFuture<>();
        RawServer.Script script =
                (in, out) -> greeting.complete(new String(in.readNBytes(200), StandardCharsets.ISO_8859_1));
        try (RawServer there = new RawServer(script)) {
            Sending.send(sender, "POST", "https://a_b.test:" + there.port() + "/", "", Duration.ofSeconds(5));
            assertThat(greeting.get(5, TimeUnit.SECONDS)).contains("a_b.test");
        }
    }

    @Test
    void aNameWithAnUnderscoreIsVerified() throws Exception {
        TlsLayer layer = new TlsLayer(context);
        Certificate certificate = certificate("a_b.test");

        assertThatNoException().isThrownBy(() -> layer.verify("a_b.test", certificate));
        assertThatThrownBy(() -> layer.verify("c_d.test", certificate)).isInstanceOf(SSLException.class);
    }

    @Test
    void aWrongNameIsRefused() {
        assertThat(get("b.test").failure()).isEqualTo(FailureReason.SSL_ERROR);
    }

    @Test
    void theDotThatEndsANameIsNoPartOfIt() {
        assertThat(get("a.test.").failure()).isNull();
        assertThat(names).containsExactly("a.test");
    }

    @Test
    void aConnectionIsKeptThroughTheRecordsOfTls() {
        for (int i = 0; i < 20; i++) {
            assertThat(get("a.test").failure()).isNull();
        }
        assertThat(connections).hasSize(1);
    }

    @Test
    void whatLiesBehindAnAnswerIsNobodysThroughTlsToo() {
        behind = "HTTP/1.1 500 Another's\r\nContent-Length: 0\r\n\r\n";
        for (int i = 0; i < 12; i++) {
            assertThat(get("a.test").failure()).isNull();
        }
    }

    @Test
    void aCloseIsSeenThroughTlsToo() throws Exception {
        for (int i = 0; i < 12; i++) {
            assertThat(get("a.test").failure()).isNull();
            SSLSocket last = connections.get(connections.size() - 1);
            last.close();
        }
    }

    private Exchange get(String host) {
        // A POST: it would not be sent again.
        return Sending.send(
                sender, "POST", "https://" + host + ":" + listener.getLocalPort() + "/", "", Duration.ofSeconds(10));
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                SSLSocket connection = (SSLSocket) listener.accept();
                Thread serving = new Thread(() -> serve(connection), "tls-connection");
                serving.setDaemon(true);
                serving.start();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(SSLSocket connection) {
        try (connection) {
            connection.startHandshake();
            ExtendedSSLSession session = (ExtendedSSLSession) connection.getSession();
            session.getRequestedServerNames()
                    .forEach(name -> names.add(new String(name.getEncoded(), StandardCharsets.US_ASCII)));
            connections.add(connection);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + behind;
                    connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            // The client has gone, or refused.
        }
    }

    private static SSLContext trusting(Path store) throws IOException, InterruptedException, GeneralSecurityException {
        KeyStore keys = keys(store);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static Certificate certificate(String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        return keys(keyStore(name)).getCertificate("server");
    }

    private static KeyStore keys(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream content = Files.newInputStream(store)) {
            keys.load(content, PASSWORD);
        }
        return keys;
    }

    private static Path keyStore(String name) throws IOException, InterruptedException {
        Path store = directory.resolve(name + ".p12");
        if (Files.exists(store)) {
            return store;
        }
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = List.of(
                keytool,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed");
        }
        return store;
    }
}
