package dev.posthaste.httpclient;

import dev.posthaste.jobs.BodyOctets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/**
 * A text as the body of a request, in UTF-8. It is encoded piece by piece while it is written, so that no second copy of a
 * large one is ever held. Immutable.
 */
final class TextEntity extends AbstractHttpEntity {
    private final String text;
    private final long length;

    TextEntity(String text) {
        super((String) null, null);
        this.text = text;
        this.length = octets(text);
    }

    @Override
    public long getContentLength() {
        return length;
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public boolean isStreaming() {
        return false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        for (byte[] piece : new BodyOctets(text)) {
            out.write(piece);
        }
    }

    /** Nobody reads what is only written. */
    @Override
    public InputStream getContent() {
        throw new UnsupportedOperationException("a request's body is only written");
    }

    @Override
    public void close() {}

    private static long octets(String text) {
        long octets = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                octets++;
            } else if (c < 0x800) {
                octets += 2;
            } else if (!Character.isSurrogate(c)) {
                octets += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                octets += 4;
                i++;
            } else {
                // Half a pair is written as a question mark.
                octets++;
            }
        }
        return octets;
    }
}
