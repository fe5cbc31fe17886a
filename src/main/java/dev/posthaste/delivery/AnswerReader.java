package dev.posthaste.delivery;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/** Reads as much of an answer as is kept; what was read before a failure stays. Not thread-safe. */
final class AnswerReader {
    private static final int LARGEST_BUFFER_BYTES = 8_192;

    private final ClassicHttpResponse response;
    private final int most;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean atEnd;

    /** @param most bytes of the body that are kept */
    AnswerReader(ClassicHttpResponse response, int most) {
        this.response = response;
        this.most = most;
    }

    void read() throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            atEnd = true;
            return;
        }
        // Not closed here: closing reads the rest.
        InputStream content = entity.getContent();
        byte[] buffer = new byte[bufferBytes(entity.getContentLength())];
        while (body.size() <= most) {
            int count = content.read(buffer, 0, Math.min(buffer.length, most + 1 - body.size()));
            if (count < 0) {
                atEnd = true;
                return;
            }
            body.write(buffer, 0, count);
        }
    }

    /** Most answers are short and say so: room for what is announced, and a byte to find its end by. */
    private static int bufferBytes(long announced) {
        return announced < 0 ? LARGEST_BUFFER_BYTES : (int) Math.min(LARGEST_BUFFER_BYTES - 1, announced) + 1;
    }

    /** Whether the whole body was read. */
    boolean isAtEnd() {
        return atEnd;
    }

    Answer answer(boolean isCutOff) {
        byte[] read = body.toByteArray();
        boolean tooLong = read.length > most;
        byte[] kept = tooLong ? Arrays.copyOf(read, most) : read;
        return new Answer(response.getCode(), headers(), ResponseText.of(kept, tooLong || isCutOff));
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : response.getHeaders()) {
            String value = header.getValue() == null ? "" : storable(header.getValue());
            headers.merge(storable(header.getName()), value, (one, other) -> one + ", " + other);
        }
        return headers;
    }

    /** NUL is legal nowhere in PostgreSQL's text. */
    private static String storable(String text) {
        return text.replace('\0', '?');
    }
}
