package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which bodies are taken for JSON. */
final class BodyType {
    /** UTF-8 under the names that clients give it, and what is a part of it. */
    private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii", "ascii");

    /** What nearly all clients say, letter by letter: taking a type apart costs as much as reading a small body. */
    private static final Set<String> USUAL = Set.of(
            "application/json",
            "application/json; charset=utf-8",
            "application/json; charset=UTF-8",
            "application/json;charset=utf-8",
            "application/json;charset=UTF-8");

    private BodyType() {}

    /**
     * A missing type is taken for JSON, which is all that could be meant.
     *
     * @throws ApiException 415 when the body is something else, or compressed
     */
    static void refuseOtherThanJson(HttpServletRequest call) {
        String encoding = call.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw ApiException.unsupported("A compressed body is not supported.");
        }
        String type = call.getContentType();
        if (type != null && !isUsual(type) && !isJson(type)) {
            throw ApiException.unsupported("The Content-Type must be application/json, in UTF-8.");
        }
    }

    /** Whether a type is JSON in one of its usual spellings; false says nothing. */
    static boolean isUsual(String type) {
        return USUAL.contains(type);
    }

    private static boolean isJson(String text) {
        MediaType type = MediaType.valueOf(text);
        String subtype = type.getSubtype().toLowerCase(Locale.ROOT);
        return type.getType().equalsIgnoreCase("application")
                && (subtype.equals("json") || subtype.endsWith("+json"))
                && isUtf8(type.getParameters().get(MediaType.CHARSET_PARAMETER));
    }

    private static boolean isUtf8(@Nullable String charset) {
        return charset == null || CHARSETS.contains(charset.strip().toLowerCase(Locale.ROOT));
    }
}
