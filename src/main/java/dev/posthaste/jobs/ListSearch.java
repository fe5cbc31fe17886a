package dev.posthaste.jobs;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the rows of a list, newest first, for what no index finds: a part of a URL, a tag. So a page looks at a
 * bounded number of rows and may come back short. They are looked at by slices, each larger than the one before: what is
 * frequent is found in the first, and what is rare costs few ways to the database, of which each costs more than a hundred rows
 * do on a busy machine.
 */
final class ListSearch {
    /** More than the longest page has, so that a list in which nothing is looked for is read at once. */
    private static final int FIRST_SLICE = 128;

    private static final int GROWTH = 4;

    /** So many ids the driver has in memory at most. */
    private static final int LARGEST_SLICE = 2_048;

    private ListSearch() {}

    /**
     * What was found.
     *
     * @param ids newest first
     * @param nextBefore the next page has those with a smaller id; null behind the last page
     */
    record Hits(List<Long> ids, @Nullable Long nextBefore) {}

    /** A row that may be one of those wanted. */
    record Candidate(long id, long requestId) {}

    /** Tells which of some rows are wanted, by what other tables know of them. */
    interface Sieve {
        /** The ids of those that are. */
        Set<Long> wanted(List<Candidate> candidates) throws SQLException;
    }

    /**
     * Executes the statement, which is in a transaction and gives at most {@code lookAt} rows with {@code id},
     * {@code request_id} and {@code is_shown}, without which the row is none of those wanted.
     *
     * @param sieve may ask the same connection
     * @param limit so many are wanted
     */
    static Hits execute(PreparedStatement statement, Sieve sieve, int lookAt, int limit) throws SQLException {
        List<Long> ids = new ArrayList<>();
        long last = 0;
        int seen = 0;
        int slice = FIRST_SLICE;
        boolean hasMore = true;
        statement.setFetchSize(slice);
        try (ResultSet row = statement.executeQuery()) {
            while (ids.size() <= limit && hasMore) {
                List<Candidate> candidates = new ArrayList<>();
                int end = seen + slice;
                while (seen < end && hasMore) {
                    hasMore = row.next();
                    if (hasMore) {
                        seen++;
                        last = row.getLong("id");
                        if (row.getBoolean("is_shown")) {
                            candidates.add(new Candidate(last, row.getLong("request_id")));
                        }
                    }
                }
                Set<Long> wanted = candidates.isEmpty() ? Set.of() : sieve.wanted(candidates);
                candidates.stream().map(Candidate::id).filter(wanted::contains).forEach(ids::add);
                slice = Math.min(slice * GROWTH, LARGEST_SLICE);
                row.setFetchSize(slice);
            }
        }
        if (ids.size() > limit) {
            return new Hits(List.copyOf(ids.subList(0, limit)), ids.get(limit - 1));
        }
        return new Hits(ids, seen == lookAt ? last : null);
    }
}
