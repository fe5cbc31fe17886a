package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.junit.jupiter.api.Test;

class EarlyBodyTest {
    private static final int MAX = 20_000;

    private int asked;

    @Test
    void asMuchIsKeptAsThereIsRoomForAndTheRestIsDropped() throws IOException {
        EarlyBody body = new EarlyBody(new CountedBody(1_000_000), arrivals(sent("a", 1_000_000)), never(), upTo(MAX));
        for (int i = 0; i < 1_000; i++) {
            body.fill();
        }
        assertThat(asked).isPositive();
        assertThat(body.readNBytes(MAX + 10)).asString().isEqualTo("a".repeat(MAX) + "?");
        assertThat(body.hasUnread()).isFalse();
        body.close();
    }

    @Test
    void whatComesBehindAGapIsReadOn() throws IOException {
        InputStream later = new ByteArrayInputStream(sent("b", 500_000));
        EarlyBody body = new EarlyBody(new CountedBody(1_000_000), arrivals(sent("a", 500_000)), later, upTo(MAX));
        while (body.fill()) {
            assertThat(body.hasUnread()).isFalse();
        }
        assertThat(body.readAllBytes()).asString().isEqualTo("a".repeat(MAX) + "?" + "b".repeat(500_000));
    }

    @Test
    void whatThereIsNoRoomForAtAllIsDropped() throws IOException {
        EarlyBody body = new EarlyBody(new CountedBody(100_000), arrivals(sent("a", 100_000)), never(), upTo(0));
        while (body.fill()) {
            assertThat(body.hasUnread()).isFalse();
        }
        assertThat(body.readAllBytes()).hasSize(8_192 + 1);
    }

    /** In whatever pieces it comes. */
    @Test
    void theFramingOfChunksIsNoPartOfTheBody() throws IOException {
        byte[] coded = "5;a=b\r\nhello\r\nA\r\n, receiver\r\n0\r\nX: y\r\n\r\nHTTP".getBytes(StandardCharsets.US_ASCII);
        for (int early = 0; early <= coded.length; early++) {
            InputStream later = new ByteArrayInputStream(coded, early, coded.length - early);
            EarlyBody body = new EarlyBody(new Chunks(), arrivals(Arrays.copyOf(coded, early)), later, upTo(MAX));
            while (body.fill()) {
                assertThat(asked).isZero();
            }
            assertThat(body.readAllBytes()).asString().isEqualTo("hello, receiver");
            assertThat(body.hasUnread())
                    .as("what was behind it was read with it")
                    .isEqualTo(early != coded.length - "HTTP".length());
        }
    }

    @Test
    void whatIsMalformedIsToldBehindWhatCameBefore() throws IOException {
        byte[] coded = "5\r\nhello\r\n+5\r\nhello".getBytes(StandardCharsets.US_ASCII);
        EarlyBody body = new EarlyBody(new Chunks(), arrivals(coded), never(), upTo(MAX));
        assertThat(body.fill()).isTrue();

        assertThat(body.readNBytes(5)).asString().isEqualTo("hello");
        assertThatThrownBy(body::read).isInstanceOf(MalformedChunkCodingException.class);
        assertThat(body.hasUnread()).isTrue();
    }

    @Test
    void anEndWithinABodyOfKnownLengthIsNone() throws IOException {
        EarlyBody body = new EarlyBody(new CountedBody(10), arrivals(sent("a", 5)), never(), upTo(MAX));
        body.fill();

        assertThat(body.readNBytes(5)).asString().isEqualTo("aaaaa");
        assertThatThrownBy(body::read).isInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void aBodyOfUnknownLengthEndsWithTheConnection() throws IOException {
        EarlyBody body = new EarlyBody(new CountedBody(-1), arrivals(sent("a", 5)), never(), upTo(MAX));
        body.fill();

        assertThat(body.readAllBytes()).asString().isEqualTo("aaaaa");
    }

    private EarlyBody.Room upTo(int max) {
        return bytes -> {
            asked++;
            return Math.min(bytes, max);
        };
    }

    /** All of it has come, and then nothing has. */
    private static Arrivals arrivals(byte[] sent) {
        InputStream all = new ByteArrayInputStream(sent);
        return new Arrivals(never(), (bytes, offset, length) -> Math.max(0, all.read(bytes, offset, length)));
    }

    private static InputStream never() {
        return InputStream.nullInputStream();
    }

    private static byte[] sent(String octet, int count) {
        return octet.repeat(count).getBytes(StandardCharsets.US_ASCII);
    }
}
