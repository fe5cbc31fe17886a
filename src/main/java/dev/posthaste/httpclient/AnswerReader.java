package dev.posthaste.httpclient;

import dev.posthaste.delivery.Answer;
import dev.posthaste.delivery.ResponseText;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** Reads as much of an answer as is kept; what was read before a failure stays. Not thread-safe. */
final class AnswerReader {
    private static final int FIRST_BYTES = AnswerRoom.ORDINARY_BODY;

    /** Java keeps a buffer of this size for each thread that reads. */
    private static final int MAX_AT_ONCE = 16_384;

    private static final byte[] NONE = {};

    private final ClassicHttpResponse response;
    private final int max;
    private byte[] body = NONE;
    private int length;
    private boolean isAtEnd;

    /** @param max bytes of the body that are kept */
    AnswerReader(ClassicHttpResponse response, int max) {
        this.response = response;
        this.max = max;
    }

    /** How many bytes of the body may be kept: those that are announced, or the most there may be. */
    int expectedBytes() {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return 0;
        }
        long announced = entity.getContentLength();
        return announced < 0 ? max : (int) Math.min(announced, max);
    }

    /** Reads as far as there is room for it. */
    void read(AnswerRoom.Taken room) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            isAtEnd = true;
            return;
        }
        int expected = expectedBytes();
        body = new byte[Math.min(expected, FIRST_BYTES)];
        // Not closed here: closing reads the rest.
        InputStream content = entity.getContent();
        while (length < expected) {
            if (length == body.length) {
                int next = content.read();
                if (next < 0) {
                    isAtEnd = true;
                    return;
                }
                // More was sent: only now is there room to be taken for it.
                int longer = Math.min(expected, Math.max(FIRST_BYTES, body.length * 2));
                if (!room.growTo(longer)) {
                    return;
                }
                body = Arrays.copyOf(body, longer);
                body[length++] = (byte) next;
                continue;
            }
            int count = content.read(body, length, Math.min(body.length - length, MAX_AT_ONCE));
            if (count < 0) {
                isAtEnd = true;
                return;
            }
            length += count;
        }
        isAtEnd = content.read() < 0;
    }

    /** Reads what is beyond what is kept, and drops it. */
    void readRest() throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            InputStream content = entity.getContent();
            byte[] dropped = new byte[FIRST_BYTES * 8];
            int count = 0;
            while (count >= 0) {
                count = content.read(dropped);
            }
        }
    }

    /** Whether the whole body was read. */
    boolean isAtEnd() {
        return isAtEnd;
    }

    /** How many bytes of the body were read. */
    int bytes() {
        return length;
    }

    Answer answer() {
        ResponseText text = ResponseText.of(body, length, !isAtEnd);
        body = NONE;
        return new Answer(response.getCode(), headers(), retryAfter(), text);
    }

    private List<String> retryAfter() {
        Header first = response.getFirstHeader("Retry-After");
        return first == null
                ? List.of()
                : Arrays.stream(response.getHeaders("Retry-After"))
                        .map(AnswerReader::value)
                        .toList();
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : response.getHeaders()) {
            headers.merge(storable(header.getName()), value(header), (one, other) -> one + ", " + other);
        }
        return headers;
    }

    private static String value(Header header) {
        return header.getValue() == null ? "" : storable(header.getValue());
    }

    /** NUL is legal nowhere in PostgreSQL's text. */
    private static String storable(@Nullable String text) {
        return text == null ? "" : text.replace('\0', '?');
    }
}
