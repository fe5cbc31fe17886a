package dev.posthaste.web.input;

import dev.posthaste.web.http.ApiException;

/** Reads the ids that stand in paths. */
public final class Ids {
    private static final int MAX_DIGITS = 18;

    private Ids() {}

    /**
     * The id in a path.
     *
     * @throws ApiException 404 when nothing can have that id
     */
    public static long parse(String id, String thing) {
        boolean isNumber =
                !id.isEmpty() && id.length() <= MAX_DIGITS && id.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber) {
            throw ApiException.notFound(thing);
        }
        return Long.parseLong(id);
    }
}
