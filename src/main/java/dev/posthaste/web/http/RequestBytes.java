package dev.posthaste.web.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** The body of a request as it came in. Let go of it once its text is there: each of the two may be megabytes. */
public final class RequestBytes {
    private static final int LOOKED_AT_TOGETHER = 8 * 1024;

    private final byte[] bytes;

    RequestBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    public byte[] bytes() {
        return bytes;
    }

    public boolean isBlank() {
        for (byte b : bytes) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    /**
     * The body as text.
     *
     * @throws ApiException 400 when it is not UTF-8
     */
    public String text() {
        String text = new String(bytes, StandardCharsets.UTF_8);
        // What is no UTF-8 has become that character, which somebody may have sent as well.
        if (text.indexOf('\ufffd') >= 0 && !isUtf8()) {
            throw ApiException.badRequest("The body is not valid JSON: it is not UTF-8.");
        }
        return text;
    }

    private boolean isUtf8() {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(LOOKED_AT_TOGETHER);
        while (true) {
            out.clear();
            var result = decoder.decode(in, out, true);
            if (!result.isOverflow()) {
                return !result.isError();
            }
        }
    }
}
