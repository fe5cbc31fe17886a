package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list, newest first.
 *
 * @param nextCursor where the next page begins, null behind the last one
 */
record Page<T>(
        List<T> data, @JsonProperty("next_cursor") @Nullable String nextCursor) {
    private static final int DEFAULT_LIMIT = 25;
    private static final int HIGHEST_LIMIT = 100;
    private static final String MARK = "before:";

    /**
     * What a page begins with and how long it is.
     *
     * @param before only things with a smaller id belong to it
     */
    record Request(long before, int limit) {
        /** @throws ApiException 422 when one of the two is not one of ours */
        static Request parse(@Nullable String cursor, @Nullable String limit) {
            Errors errors = new Errors();
            int parsedLimit = limit(limit, errors);
            long before = before(cursor, errors);
            if (!errors.isEmpty()) {
                throw ApiException.invalid(errors);
            }
            return new Request(before, parsedLimit);
        }

        private static int limit(@Nullable String text, Errors errors) {
            if (text == null || text.isBlank()) {
                return DEFAULT_LIMIT;
            }
            try {
                int limit = Integer.parseInt(text);
                if (limit < 1 || limit > HIGHEST_LIMIT) {
                    errors.add("limit", "must be between 1 and " + HIGHEST_LIMIT + ".");
                }
                return limit;
            } catch (NumberFormatException e) {
                errors.add("limit", "must be an integer.");
                return DEFAULT_LIMIT;
            }
        }

        private static long before(@Nullable String cursor, Errors errors) {
            if (cursor == null || cursor.isBlank()) {
                return Long.MAX_VALUE;
            }
            try {
                String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
                if (text.startsWith(MARK)) {
                    return Long.parseLong(text.substring(MARK.length()));
                }
            } catch (IllegalArgumentException e) {
                // Falls through to the complaint: nobody but us makes cursors.
            }
            errors.add("cursor", "is not a cursor of this list.");
            return 0;
        }
    }

    /** The page of those found, of which one more was asked for than fits. */
    static <T> Page<T> of(List<T> found, int limit, ToLongFunction<T> id) {
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        List<T> data = found.subList(0, limit);
        return new Page<>(data, cursor(id.applyAsLong(data.get(limit - 1))));
    }

    static String cursor(long before) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((MARK + before).getBytes(StandardCharsets.UTF_8));
    }
}
