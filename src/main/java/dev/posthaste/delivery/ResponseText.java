package dev.posthaste.delivery;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The part of a response body that is kept, as text that PostgreSQL can hold.
 *
 * @param encoding {@code base64} for a body that is not UTF-8 or holds NUL, else null
 * @param truncated whether more came, or would have come, than is kept
 */
public record ResponseText(String text, @Nullable String encoding, boolean truncated) {
    /** A character that the cut has parted is dropped. */
    static ResponseText of(byte[] bytes, boolean truncated) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer input = ByteBuffer.wrap(bytes);
        CharBuffer output = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(input, output, !truncated);
        if (result.isUnderflow() && (truncated || !input.hasRemaining())) {
            String text = output.flip().toString();
            if (text.indexOf('\0') < 0) {
                return new ResponseText(text, null, truncated);
            }
        }
        return new ResponseText(Base64.getEncoder().encodeToString(bytes), "base64", truncated);
    }
}
