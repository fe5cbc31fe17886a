package dev.posthaste.web.http;

import com.google.common.hash.Hashing;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that many calls are answered with: packed once, under a tag by which who has them already is told so. Immutable, as
 * long as nobody changes the bytes.
 */
public final class SharedAnswer {
    /** What gains less than this is not worth a second form. */
    private static final int LEAST_GAIN = 256;

    private static final int TAG_DIGITS = 32;

    private final String type;
    private final byte[] plain;
    private final byte[] packed;
    private final boolean isPacked;
    private final String hash;

    /** @param type as {@code Content-Type} has it */
    public SharedAnswer(String type, byte[] content) {
        this.type = type;
        this.plain = content;
        byte[] smaller = gzip(content);
        this.isPacked = smaller.length + LEAST_GAIN <= content.length;
        this.packed = isPacked ? smaller : content;
        this.hash = Hashing.sha256().hashBytes(content).toString().substring(0, TAG_DIGITS);
    }

    /** The bytes as UTF-8. */
    public String text() {
        return new String(plain, StandardCharsets.UTF_8);
    }

    /** How many are held. */
    public int bytes() {
        return plain.length + (isPacked ? packed.length : 0);
    }

    /**
     * The answer to a call: in the form that its client takes, or 304. It is to be asked for again each time.
     *
     * @param acceptEncoding the call's header, null for none
     * @param ifNoneMatch likewise
     */
    public Response.ResponseBuilder to(@Nullable String acceptEncoding, @Nullable String ifNoneMatch) {
        boolean isGzip = isPacked && ContentCodings.takesGzip(acceptEncoding);
        // Each form has a tag of its own (RFC 9110, section 8.8.3).
        String tag = "\"" + hash + (isGzip ? "-gzip\"" : "\"");
        boolean isKnown = EntityTags.isAmong(tag, ifNoneMatch);
        Response.ResponseBuilder answer = isKnown ? Response.notModified() : whole(isGzip ? packed : plain, isGzip);
        return answer.header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    }

    private Response.ResponseBuilder whole(byte[] form, boolean isGzip) {
        Response.ResponseBuilder answer = Response.ok(form, type).header(HttpHeaders.CONTENT_LENGTH, form.length);
        return isGzip ? answer.header(HttpHeaders.CONTENT_ENCODING, ContentCodings.GZIP) : answer;
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
