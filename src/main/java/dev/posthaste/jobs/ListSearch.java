package dev.posthaste.jobs;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the rows of a list, newest first, for what no index finds: a part of a URL, a tag. So a page looks at a
 * bounded number of rows and may come back short. The driver has a hundred of them in memory at a time.
 */
final class ListSearch {
    private static final int AT_ONCE = 100;

    private ListSearch() {}

    /**
     * What was found.
     *
     * @param ids newest first
     * @param nextBefore the next page has those with a smaller id; null behind the last page
     */
    record Hits(List<Long> ids, @Nullable Long nextBefore) {}

    /**
     * Executes the statement, which is in a transaction and gives at most {@code lookAt} rows with {@code id}, {@code url} and
     * {@code fits}, which says whether the database takes the row for one of those wanted.
     *
     * @param limit so many are wanted
     */
    static Hits execute(PreparedStatement statement, UrlMatch urls, int lookAt, int limit) throws SQLException {
        List<Long> ids = new ArrayList<>();
        long last = 0;
        int seen = 0;
        statement.setFetchSize(AT_ONCE);
        try (ResultSet row = statement.executeQuery()) {
            while (ids.size() <= limit && row.next()) {
                seen++;
                last = row.getLong("id");
                if (row.getBoolean("fits") && urls.fits(row.getString("url"))) {
                    ids.add(last);
                }
            }
        }
        if (ids.size() > limit) {
            return new Hits(List.copyOf(ids.subList(0, limit)), ids.get(limit - 1));
        }
        return new Hits(ids, seen == lookAt ? last : null);
    }
}
