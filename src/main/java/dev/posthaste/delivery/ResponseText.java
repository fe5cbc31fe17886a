package dev.posthaste.delivery;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The part of a response body that is kept, as text that PostgreSQL can hold.
 *
 * @param encoding {@code base64} for a body that is not UTF-8 or holds NUL, else null
 * @param truncated whether more came, or would have come, than is kept
 */
public record ResponseText(String text, @Nullable String encoding, boolean truncated) {
    private static final char REPLACEMENT = '\uFFFD';

    /**
     * A character that the cut has parted is dropped.
     *
     * @param length of the bytes belong to the body
     */
    public static ResponseText of(byte[] bytes, int length, boolean truncated) {
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            // What is no UTF-8, what a cut has parted, or a character that stands for itself: rare, and read strictly.
            text = strictly(bytes, length, truncated);
        }
        if (text != null && text.indexOf('\0') < 0) {
            return new ResponseText(text, null, truncated);
        }
        byte[] body = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        return new ResponseText(Base64.getEncoder().encodeToString(body), "base64", truncated);
    }

    private static @Nullable String strictly(byte[] bytes, int length, boolean truncated) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer input = ByteBuffer.wrap(bytes, 0, length);
        CharBuffer output = CharBuffer.allocate(length + 1);
        CoderResult result = decoder.decode(input, output, !truncated);
        boolean isWhole = result.isUnderflow() && (truncated || !input.hasRemaining());
        return isWhole ? output.flip().toString() : null;
    }
}
