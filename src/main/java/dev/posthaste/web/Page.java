package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.input.Cursors;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list, newest first.
 *
 * @param nextCursor where the next page begins, null behind the last one
 */
record Page<T>(
        List<T> data, @JsonProperty("next_cursor") @Nullable String nextCursor) {
    private static final int DEFAULT_LIMIT = 25;
    private static final int MAX_LIMIT = 100;
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");
    private static final int MAX_LIMIT_DIGITS = 3;

    /**
     * What a page begins with and how long it is.
     *
     * @param before only things with a smaller id belong to it
     */
    record Request(long before, int limit) {
        /** @throws ApiException 422 when one of the two is not one of ours */
        static Request parse(@Nullable String cursor, @Nullable String limit, Cursors cursors) {
            Errors errors = new Errors();
            int parsedLimit = limit(limit, errors);
            long before = cursors.read(cursor, errors);
            errors.mustBeNone();
            return new Request(before, parsedLimit);
        }

        private static int limit(@Nullable String text, Errors errors) {
            if (text == null || text.isBlank()) {
                return DEFAULT_LIMIT;
            }
            if (!INTEGER.matcher(text).matches()) {
                errors.add("limit", "must be an integer.");
                return DEFAULT_LIMIT;
            }
            int limit = text.length() > MAX_LIMIT_DIGITS ? 0 : Integer.parseInt(text);
            if (limit < 1 || limit > MAX_LIMIT) {
                errors.add("limit", "must be between 1 and " + MAX_LIMIT + ".");
            }
            return limit;
        }
    }

    /** The page of those found, of which one more was asked for than fits. */
    static <T> Page<T> of(List<T> found, int limit, ToLongFunction<T> id, Cursors cursors) {
        if (found.size() <= limit) {
            return of(found, null, cursors);
        }
        return of(found.subList(0, limit), id.applyAsLong(found.get(limit - 1)), cursors);
    }

    /** The page of these; behind it come those before {@code next}, null for none. */
    static <T> Page<T> of(List<T> data, @Nullable Long next, Cursors cursors) {
        return new Page<>(data, next == null ? null : cursors.before(next));
    }
}
