package dev.posthaste.web;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The body of a request as it came in, within its bounds. */
final class RequestBytes {
    private final byte[] bytes;

    private RequestBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads the body to its end.
     *
     * @throws ApiException 413 when it is larger than {@code most}, 415 when it is not JSON or compressed
     */
    static RequestBytes read(InputStream content, HttpHeaders headers, int most) throws IOException {
        refuseOtherThanJson(headers);
        if (headers.getLength() > most) {
            throw ApiException.tooLarge(most);
        }
        byte[] bytes = content.readNBytes(most);
        // The length need not be told, and need not be true.
        if (bytes.length == most && content.read() >= 0) {
            throw ApiException.tooLarge(most);
        }
        return new RequestBytes(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    /** @throws ApiException 400 when it is not UTF-8 */
    String text() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ApiException.badRequest("The body is not valid JSON: it is not UTF-8.");
        }
    }

    /** A missing type is taken for JSON, which is all that could be meant. */
    private static void refuseOtherThanJson(HttpHeaders headers) {
        String encoding = headers.getHeaderString(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw ApiException.unsupported("A compressed body is not supported.");
        }
        MediaType type = headers.getMediaType();
        if (type != null && !(isJson(type) && isUtf8(type.getParameters().get(MediaType.CHARSET_PARAMETER)))) {
            throw ApiException.unsupported("The Content-Type must be application/json, in UTF-8.");
        }
    }

    private static boolean isJson(MediaType type) {
        String subtype = type.getSubtype().toLowerCase(Locale.ROOT);
        return type.getType().equalsIgnoreCase("application") && (subtype.equals("json") || subtype.endsWith("+json"));
    }

    private static boolean isUtf8(@Nullable String charset) {
        return charset == null || charset.equalsIgnoreCase("utf-8") || charset.equalsIgnoreCase("us-ascii");
    }
}
