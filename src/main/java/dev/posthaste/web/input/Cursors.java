package dev.posthaste.web.input;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.posthaste.web.http.Errors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cursors of one list under its filters. A cursor says where it is good and ends with a digest of that, by which one of
 * another list, for other filters or cut short is refused. No secret: who makes one himself sees his own team's things.
 */
public final class Cursors {
    private static final int DIGEST_BYTES = 8;

    private final String list;
    private final List<@Nullable String> filters;

    /** @param filters their values, each at its place; null where there is none */
    public Cursors(String list, List<@Nullable String> filters) {
        this.list = list;
        this.filters = Collections.unmodifiableList(filters);
    }

    /** That of the page which has what is before this id. */
    public String before(long id) {
        byte[] digest = digest(id);
        byte[] bytes = ByteBuffer.allocate(Long.BYTES + DIGEST_BYTES)
                .putLong(id)
                .put(digest, 0, DIGEST_BYTES)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The id before which the page begins; the largest one without a cursor, 0 after a complaint. */
    public long read(@Nullable String cursor, Errors errors) {
        if (cursor == null || cursor.isBlank()) {
            return Long.MAX_VALUE;
        }
        long id = id(cursor);
        if (!before(id).equals(cursor)) {
            errors.add("cursor", "is not a cursor of this list with these filters.");
            return 0;
        }
        return id;
    }

    private static long id(String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            return bytes.length < Long.BYTES ? 0 : ByteBuffer.wrap(bytes).getLong();
        } catch (IllegalArgumentException e) {
            // Nobody but us makes cursors.
            return 0;
        }
    }

    private byte[] digest(long id) {
        Hasher digest = Hashing.sha256().newHasher().putString(list + "\n" + id, StandardCharsets.UTF_8);
        for (String filter : filters) {
            // A filter has no control characters.
            digest.putString(filter == null ? "\n" : "\n=" + filter, StandardCharsets.UTF_8);
        }
        return digest.hash().asBytes();
    }
}
