package dev.posthaste.jobs;

import dev.posthaste.sql.NamedSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The hosts of requests, many at a time: scheme and authority are cut out in the database, so that long URLs stay there,
 * and read once for each origin. Not thread-safe.
 */
final class Origins {
    /** What is behind {@code array} is worked out by itself: the planner would weigh each of thousands of constants. */
    private static final String FOUND = "r.id = any (array(select unnest(:ids::bigint[])))";

    /** A slash, a question mark or a hash ends an authority (RFC 3986, section 3.2). */
    static final String ORIGIN = "coalesce(substring(r.url from '^[^/]*//[^/?#]*'), '')";

    private static final NamedSql EACH =
            NamedSql.of("select r.id, %s as origin from requests r where %s".formatted(ORIGIN, FOUND));

    private static final NamedSql COUNTED = NamedSql.of(
            "select %s as origin, count(*) as times from requests r where %s group by 1".formatted(ORIGIN, FOUND));

    private final Map<String, String> hosts = new HashMap<>();

    /** The host of each request. */
    Map<Long, String> hosts(Connection connection, Collection<Long> requestIds) throws SQLException {
        return EACH.map(
                connection,
                values -> values.numbers("ids", requestIds),
                row -> row.getLong("id"),
                row -> host(row.getString("origin")));
    }

    /** How many of these requests, each as often as it is among them, went to each host. */
    Map<String, Long> counts(Connection connection, Collection<Long> requestIds) throws SQLException {
        Map<String, Long> counts = new HashMap<>();
        Set<Long> distinct = new HashSet<>(requestIds);
        if (distinct.size() == requestIds.size()) {
            COUNTED.each(
                    connection,
                    values -> values.numbers("ids", distinct),
                    row -> counts.merge(host(row.getString("origin")), row.getLong("times"), Long::sum));
        } else {
            Map<Long, String> known = hosts(connection, distinct);
            requestIds.forEach(id -> counts.merge(known.getOrDefault(id, ""), 1L, Long::sum));
        }
        return counts;
    }

    private String host(String origin) {
        return hosts.computeIfAbsent(
                origin, any -> TargetUrl.parse(any).map(TargetUrl::host).orElse(""));
    }
}
