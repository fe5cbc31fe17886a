package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class OwnShortageTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean areDescriptorsShort = new AtomicBoolean();
    private final OwnShortage shortage = new OwnShortage(nanos::get, areDescriptorsShort::get);

    @Test
    void filesOfTheProcessOrTheMachineThatHaveRunOutAreOurs() {
        assertThat(shortage.recognize(new SocketException("Too many open files")))
                .contains(OwnShortage.Kind.DESCRIPTORS);
        assertThat(shortage.recognize(new IOException("Too many open files in system")))
                .contains(OwnShortage.Kind.DESCRIPTORS);
    }

    @Test
    void memoryThatHasRunOutForSocketsIsOurs() {
        assertThat(shortage.recognize(new SocketException("No buffer space available")))
                .contains(OwnShortage.Kind.MEMORY);
    }

    @Test
    void whatWasTheCauseCounts() {
        SocketException socket = new SocketException("Too many open files (Socket creation failed)");
        assertThat(shortage.recognize(new IllegalStateException("the machine does not tell its addresses", socket)))
                .contains(OwnShortage.Kind.DESCRIPTORS);
    }

    @Test
    void aLookupForWhichThereWasNoThreadIsOurs() {
        Error none = new OutOfMemoryError("unable to create native thread: possibly out of memory or process limits");
        assertThat(shortage.recognize(unknown(new ExecutionException(none)))).contains(OwnShortage.Kind.THREADS);
    }

    @Test
    void whatAReceiverOrTheNetworkHasToAnswerForIsNot() {
        assertThat(shortage.recognize(new ConnectException("Connection refused")))
                .isEmpty();
        assertThat(shortage.recognize(new SocketException("Connection reset"))).isEmpty();
        assertThat(shortage.recognize(new UnknownHostException("a.test"))).isEmpty();
        assertThat(shortage.recognize(new OutOfMemoryError("Java heap space"))).isEmpty();
    }

    /** JSSE quotes the certificate, down to the exception that caused all. */
    @Test
    void whatACertificateSaysIsNotOurs() {
        IOException quoted = new IOException("unrecognised name http://a Too many open files");
        Exception parsing = new CertificateParsingException("invalid URI name: http://a Too many open files", quoted);
        SSLException handshake = new SSLHandshakeException("http://a Too many open files");
        handshake.initCause(parsing);

        assertThat(shortage.recognize(handshake)).isEmpty();
        assertThat(shortage.recognize(new IOException("the handshake failed", parsing)))
                .isEmpty();
    }

    /** The system's resolver calls any name unknown, and Java remembers it for ten seconds. */
    @Test
    void anUnknownNameTellsNothingWhileDescriptorsAreShortAndSomeSecondsLonger() {
        areDescriptorsShort.set(true);
        assertThat(shortage.recognize(new UnknownHostException("a.test"))).contains(OwnShortage.Kind.DESCRIPTORS);
        areDescriptorsShort.set(false);

        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(shortage.recognize(new UnknownHostException("a.test"))).contains(OwnShortage.Kind.DESCRIPTORS);
        assertThat(shortage.recognize(new ConnectException("Connection refused")))
                .isEmpty();
        assertThat(shortage.recognize(unknown(new TimeoutException()))).isEmpty();

        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(shortage.recognize(new UnknownHostException("a.test"))).isEmpty();
    }

    @Test
    void portsAreShortOnlyTowardsAnAddressThatCanBeReached() {
        BindException failure = new BindException("Cannot assign requested address");
        InetSocketAddress reachable = new InetSocketAddress("127.0.0.1", 80);
        InetSocketAddress unreachable = new InetSocketAddress("255.255.255.255", 80);

        assertThat(shortage.recognize(NoLocalPortException.orSame(failure, reachable)))
                .contains(OwnShortage.Kind.PORTS);
        assertThat(shortage.recognize(NoLocalPortException.orSame(failure, unreachable)))
                .isEmpty();
    }

    private static UnknownHostException unknown(Exception cause) {
        UnknownHostException unknown = new UnknownHostException("the name could not be looked up");
        unknown.initCause(cause);
        return unknown;
    }
}
