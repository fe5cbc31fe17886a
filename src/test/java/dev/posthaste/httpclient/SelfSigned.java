package dev.posthaste.httpclient;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates that nobody but the test trusts, made once for each directory. */
public final class SelfSigned {
    private static final char[] PASSWORD = "not-a-secret".toCharArray();

    private SelfSigned() {}

    /** Of a server by that name, and of a client that trusts it. */
    public static SSLContext context(Path directory, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        return context(keys(keyStore(directory, name)));
    }

    /** The same for a server on this machine's loopback address, which its certificate names. */
    public static SSLContext ofLoopback(Path directory)
            throws IOException, InterruptedException, GeneralSecurityException {
        return context(keys(keyStore(directory, "localhost", "-ext", "san=dns:localhost,ip:127.0.0.1")));
    }

    private static SSLContext context(KeyStore keys) throws IOException, GeneralSecurityException {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust(keys), null);
        return context;
    }

    /** Of a client that trusts the server by that name and has no certificate itself. */
    static SSLContext trusting(Path directory, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust(keys(keyStore(directory, name))), null);
        return context;
    }

    private static TrustManager[] trust(KeyStore keys) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return trust.getTrustManagers();
    }

    static Certificate certificate(Path directory, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        return keys(keyStore(directory, name)).getCertificate("server");
    }

    private static KeyStore keys(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream content = Files.newInputStream(store)) {
            keys.load(content, PASSWORD);
        }
        return keys;
    }

    private static Path keyStore(Path directory, String name, String... more) throws IOException, InterruptedException {
        Path store = directory.resolve(name + ".p12");
        if (Files.exists(store)) {
            return store;
        }
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = new ArrayList<>(List.of(
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
                new String(PASSWORD)));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed");
        }
        return store;
    }
}
