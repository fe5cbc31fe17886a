package dev.posthaste.jobs;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the rows of a list, newest first, for a part of their URLs. No index helps, so that a page looks at a
 * bounded number of rows and may come back short. The driver has a hundred of them in memory at a time.
 */
final class UrlSearch {
    private static final int AT_ONCE = 100;

    private UrlSearch() {}

    /**
     * What was found.
     *
     * @param ids newest first
     * @param nextBefore the next page has those with a smaller id; null behind the last page
     */
    record Hits(List<Long> ids, @Nullable Long nextBefore) {}

    /**
     * Executes the statement, which is in a transaction and gives at most {@code lookAt} rows with {@code id} and {@code url}.
     *
     * @param part of the URL, whatever its case; null for any
     * @param limit so many are wanted
     */
    static Hits execute(PreparedStatement statement, @Nullable String part, int lookAt, int limit) throws SQLException {
        String wanted = part == null ? "" : lower(part);
        List<Long> ids = new ArrayList<>();
        long last = 0;
        int seen = 0;
        statement.setFetchSize(AT_ONCE);
        try (ResultSet row = statement.executeQuery()) {
            while (ids.size() <= limit && row.next()) {
                seen++;
                last = row.getLong("id");
                if (lower(row.getString("url")).contains(wanted)) {
                    ids.add(last);
                }
            }
        }
        if (ids.size() > limit) {
            return new Hits(List.copyOf(ids.subList(0, limit)), ids.get(limit - 1));
        }
        return new Hits(ids, seen == lookAt ? last : null);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
