package dev.posthaste.web.http;

import com.google.common.hash.Hashing;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A file that is the same for everybody, as long as this process lives. Who has it already asks by its tag whether it has
 * changed, which he does each time: behind the same URL the next build has another one. Thread-safe.
 */
public final class ServedFile {
    private final byte[] bytes;
    private final String type;
    private final EntityTag tag;

    /** @param bytes which nobody changes any more */
    public ServedFile(byte[] bytes, String type) {
        this.bytes = bytes;
        this.type = type;
        this.tag = new EntityTag(Hashing.sha256().hashBytes(bytes).toString());
    }

    /**
     * One that the jar has.
     *
     * @param name from the jar's root on, beginning with a slash
     */
    public static ServedFile ofJar(String name, String type) {
        return new ServedFile(read(name), type);
    }

    /** The bytes of a file that the jar has. */
    public static byte[] read(String name) {
        try (InputStream file = ServedFile.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new FileNotFoundException(name + " is missing from the jar");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 304 to who has it, else all of it; more headers may be added. */
    public Response.ResponseBuilder answer(Request call) {
        Response.ResponseBuilder unchanged = call.evaluatePreconditions(tag);
        return (unchanged == null ? Response.ok(bytes, type) : unchanged)
                .tag(tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("X-Content-Type-Options", "nosniff");
    }
}
