package dev.posthaste.httpclient;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;

/**
 * TLS over an open socket, with a certificate that names the host. The name goes into the greeting (SNI) as octets, and is
 * verified by HttpClient's rules, not by JSSE's: both of JSSE's refuse names with an underscore, which hosts do have. It
 * goes without the dot that may end it. All of it is in ASCII, as it was pushed. Thread-safe.
 */
final class TlsLayer {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext context;
    private final DefaultHostnameVerifier names = new DefaultHostnameVerifier(PublicSuffixMatcherLoader.getDefault());

    TlsLayer(SSLContext context) {
        this.context = context;
    }

    SSLSocket over(Socket socket, String host, int port) throws IOException {
        String name = withoutDot(host);
        SSLSocket layered = (SSLSocket) context.getSocketFactory().createSocket(socket, name, port, true);
        SSLParameters parameters = layered.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        if (!isAddress(name)) {
            parameters.setServerNames(List.of(new HostName(name)));
        }
        layered.setSSLParameters(parameters);
        layered.startHandshake();
        Certificate[] chain = layered.getSession().getPeerCertificates();
        verify(name, chain[0]);
        return layered;
    }

    /** Holds that the certificate names the host. */
    void verify(String name, Certificate certificate) throws SSLException {
        if (!(certificate instanceof X509Certificate named)) {
            throw new SSLException("the certificate is of no known kind");
        }
        names.verify(name, named);
    }

    private static String withoutDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** RFC 6066, section 3: no addresses. A host whose last label is a number is one. */
    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    /** JSSE's own is for letters, digits and hyphens only. */
    private static final class HostName extends SNIServerName {
        HostName(String name) {
            super(StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
