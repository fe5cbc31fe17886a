package dev.posthaste.terminal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The pages of a list, of which there is one at a time in memory. */
final class Pages {
    private static final int LARGEST = 100;

    private final ApiClient api;
    private final String path;

    Pages(ApiClient api, String path, Map<String, String> filters) {
        this.api = api;
        StringBuilder query = new StringBuilder(path).append('?');
        filters.forEach((name, value) ->
                query.append(name).append('=').append(encoded(value)).append('&'));
        this.path = query.toString();
    }

    /**
     * Hands over what there is, newest first, page by page, for as long as its taker wants more.
     *
     * @return whether there is more
     */
    boolean read(long max, Predicate<List<JsonFields>> page) {
        long left = max;
        String cursor = "";
        while (left > 0) {
            JsonFields answer = api.get(path + "limit=" + Math.min(left, LARGEST)
                            + (cursor.isEmpty() ? "" : "&cursor=" + encoded(cursor)))
                    .done();
            List<JsonFields> data = answer.objects("data");
            boolean wantsMore = page.test(data);
            left -= data.size();
            cursor = answer.text("next_cursor");
            if (cursor.isEmpty() || !wantsMore) {
                return !cursor.isEmpty();
            }
        }
        return true;
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
