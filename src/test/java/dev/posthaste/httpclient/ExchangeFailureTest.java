package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.TargetUrl;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class ExchangeFailureTest {
    private static final OutboundRequest REQUEST = new OutboundRequest(
            1, "GET", TargetUrl.parse("https://a.test/").orElseThrow(), Map.of(), null, Duration.ofSeconds(1));

    /** The receiver wrote it, the database takes no NUL, and whoever reads logs reads lines. */
    @Test
    void whatIsQuotedOfACertificateIsOneLineThatCanBeStored() {
        SSLHandshakeException failure = new SSLHandshakeException("handshake");
        failure.initCause(new CertificateParsingException(
                "invalid URI name:http://a\0b\r\nINFO forged \u2028\ud800" + "x".repeat(10_000)));

        ExchangeFailure told = ExchangeFailure.of(failure, REQUEST);

        assertThat(told.reason()).isEqualTo(FailureReason.SSL_ERROR);
        assertThat(told.message()).contains("http://a b  INFO forged   x").hasSizeLessThan(500);
    }
}
