package dev.posthaste.jobs;

import dev.posthaste.sql.NamedSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a tag and by URLs among the requests of some jobs: all of them by one scan of their key, which takes a third of the
 * time of a probe for each. Reads on one connection and is not thread-safe.
 */
final class RequestSieve implements ListSearch.Sieve {
    /** What is behind {@code array} is worked out by itself: the planner would weigh each of thousands of constants. */
    private static final String FROM = " from requests r where r.id = any (array(select unnest(:ids::bigint[])))";

    private static final String SELECT = "select r.id" + FROM;
    private static final String SELECT_WITH_URL = "select r.id, r.url" + FROM;

    private static final String HAS_TAG = " and :tag = any (r.tags)";

    /** The letters of ASCII by the rule that all share; what has others is compared by whoever asked. */
    private static final String MAY_FIT =
            " and (octet_length(r.url) <> length(r.url)" + " or strpos(lower(r.url collate \"C\"), :held) > 0)";

    /** A URL may have 8 KiB, and sixteen calls may look through two thousand each. */
    private static final int AT_ONCE = 100;

    private final Connection connection;
    private final @Nullable String tag;
    private final UrlMatch urls;

    /** @param tag to the letter; null for any */
    RequestSieve(Connection connection, @Nullable String tag, UrlMatch urls) {
        this.connection = connection;
        this.tag = tag;
        this.urls = urls;
    }

    @Override
    public Set<Long> wanted(List<ListSearch.Candidate> candidates) throws SQLException {
        if (tag == null && urls.isAny()) {
            return candidates.stream().map(ListSearch.Candidate::id).collect(Collectors.toSet());
        }
        Set<Long> requests =
                find(candidates.stream().map(ListSearch.Candidate::requestId).collect(Collectors.toSet()));
        return candidates.stream()
                .filter(candidate -> requests.contains(candidate.requestId()))
                .map(ListSearch.Candidate::id)
                .collect(Collectors.toSet());
    }

    private Set<Long> find(Set<Long> requestIds) throws SQLException {
        String held = urls.held();
        NamedSql sql = NamedSql.of((urls.isAny() ? SELECT : SELECT_WITH_URL)
                + (tag == null ? "" : HAS_TAG)
                + (held == null ? "" : MAY_FIT));
        Set<Long> found = new HashSet<>();
        sql.each(
                connection,
                values -> {
                    values.numbers("ids", requestIds);
                    if (tag != null) {
                        values.text("tag", tag);
                    }
                    if (held != null) {
                        values.text("held", held);
                    }
                },
                AT_ONCE,
                row -> {
                    if (urls.isAny() || urls.fits(row.getString("url"))) {
                        found.add(row.getLong("id"));
                    }
                });
        return found;
    }
}
