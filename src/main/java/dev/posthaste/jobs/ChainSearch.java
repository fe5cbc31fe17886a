package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds retry chains by a filter, a window of the table after the other by the primary key, so that each costs the same
 * however many jobs there are and whatever the filter is. In the caller's transaction. Thread-safe.
 */
public final class ChainSearch {
    private static final String NEVER = "-infinity";
    private static final long ANY_QUEUE = -1;

    /** What the rows of jobs tell by themselves. */
    private static final NamedSql WINDOW = NamedSql.of("""
            select j.id,
                   j.team_id = :team and j.attempt_number = 1 and (:queue = -1 or j.queue_id = :queue)
                     and j.created_at >= :from::timestamptz and j.created_at < :until::timestamptz
                     and (:final_status::text is null or j.final_status = :final_status) as may_fit
              from jobs j
             where j.id > :after and j.id <= :last
             order by j.id
             limit :size
            """);

    private static final String OF_CHAINS = """
            select j.id, j.queue_id, j.final_status, r.url, coalesce(l.id, j.id) as last_id,
                   coalesce(l.status, j.status) as last_status, coalesce(l.priority, j.priority) as priority, s.id as request_id,
                   coalesce(octet_length(s.body), 0) + octet_length(s.headers) as bytes,
                   j.replayed_as is not null or j.final_status is distinct from 'dead_lettered' and exists (
                     select 1 from jobs m
                      where m.original_job_id = j.id and m.attempt_number > 1 and m.replayed_as is not null) as is_replayed
              from unnest(:ids) as wanted (id)
              join jobs j on j.id = wanted.id
              join queues q on q.id = j.queue_id and q.team_id = :team
              join requests r on r.id = j.request_id
              left join lateral (
                select m.id, m.status, m.request_id, m.priority, m.created_at, m.concluded_at from jobs m
                 where m.original_job_id = j.id and m.attempt_number > 1
                 order by m.attempt_number desc limit 1) l on true
              join requests s on s.id = coalesce(l.request_id, j.request_id)
             where (:status::text is null or coalesce(l.status, j.status) = :status)
               and (:tag::text is null or :tag = any (r.tags))
            """;

    private static final NamedSql CHAINS = NamedSql.of(OF_CHAINS + " order by j.id");

    /**
     * Of the partitions of runs only those of the last attempt's days are read, with a day for clocks that differ. A failure of
     * which no run is kept any more is an unknown one.
     */
    private static final NamedSql CHAINS_BY_REASON = NamedSql.of(OF_CHAINS + """
             and coalesce((
                  select n.failure_reason from runs n
                   where n.job_id = coalesce(l.id, j.id)
                     and n.started_at >= coalesce(l.created_at, j.created_at) - interval '1 day'
                     and n.started_at <= coalesce(l.concluded_at, j.concluded_at, 'infinity') + interval '1 day'
                   order by n.id desc limit 1),
                  case when coalesce(l.status, j.status) = 'failed' then 'unknown' end) = :reason
             order by j.id
            """);

    private final OneShots oneShots;

    /** Reads through {@code oneShots} what is being sent. */
    public ChainSearch(OneShots oneShots) {
        this.oneShots = oneShots;
    }

    /**
     * What is looked through.
     *
     * @param queueId what the filter's queue meant when somebody asked; 0 for none of that name, null for any
     * @param last the highest id that may be meant
     * @param until only chains that were accepted before
     */
    public record Scope(
            long teamId, ChainFilter filter, @Nullable Long queueId, long last, Instant until) {}

    /**
     * What a window holds.
     *
     * @param chains in the order of their ids
     * @param last the highest id in it
     * @param hasMore whether there may be chains behind it
     */
    public record Window(List<FoundChain> chains, long last, boolean hasMore) {}

    /** Looks at so many jobs with an id above {@code after}. */
    public Window next(Connection connection, Scope scope, long after, int size) throws SQLException {
        List<Long> fitting = new ArrayList<>();
        long[] seen = {0, after};
        WINDOW.each(connection, values -> bind(values, scope, after, size), row -> {
            seen[0]++;
            seen[1] = row.getLong("id");
            if (row.getBoolean("may_fit")) {
                fitting.add(seen[1]);
            }
        });
        List<FoundChain> chains = fitting.isEmpty() ? List.of() : read(connection, scope, fitting);
        return new Window(chains, seen[1], seen[0] == size);
    }

    private static void bind(NamedSql.Values values, Scope scope, long after, int size) throws SQLException {
        ChainFilter filter = scope.filter();
        Instant before = filter.before();
        Instant until = before == null || before.isAfter(scope.until()) ? scope.until() : before;
        values.number("team", scope.teamId())
                .number("queue", scope.queueId() == null ? ANY_QUEUE : scope.queueId())
                .text("from", filter.after() == null ? NEVER : filter.after().toString())
                .text("until", until.toString())
                .text("final_status", ContractName.orNull(filter.finalStatus()))
                .number("after", after)
                .number("last", scope.last())
                .integer("size", size);
    }

    private List<FoundChain> read(Connection connection, Scope scope, List<Long> ids) throws SQLException {
        ChainFilter filter = scope.filter();
        UrlMatch urls = new UrlMatch(filter.url(), filter.host());
        JobStatus stored = filter.status() == JobStatus.PROCESSING ? JobStatus.PENDING : filter.status();
        List<FoundChain> found = new ArrayList<>();
        (filter.failureReason() == null ? CHAINS : CHAINS_BY_REASON)
                .each(
                        connection,
                        values -> {
                            values.numbers("ids", ids)
                                    .number("team", scope.teamId())
                                    .text("status", ContractName.orNull(stored))
                                    .text("tag", filter.tag());
                            if (filter.failureReason() != null) {
                                values.text("reason", filter.failureReason().contractName());
                            }
                        },
                        row -> {
                            if (urls.fits(row.getString("url"))) {
                                found.add(read(row));
                            }
                        });
        return asSeen(connection, found).stream()
                .filter(chain -> filter.status() == null || chain.lastStatus() == filter.status())
                .filter(chain -> filter.replayed() == null || chain.isReplayed() == filter.replayed())
                .toList();
    }

    private List<FoundChain> asSeen(Connection connection, List<FoundChain> found) throws SQLException {
        Set<OneShotKey> pending = found.stream()
                .filter(chain -> chain.lastStatus() == JobStatus.PENDING)
                .map(ChainSearch::key)
                .collect(Collectors.toSet());
        Set<OneShotKey> inFlight = pending.isEmpty() ? Set.of() : oneShots.inFlight(connection, pending);
        return found.stream()
                .map(chain -> inFlight.contains(key(chain)) ? chain.processing() : chain)
                .toList();
    }

    private static OneShotKey key(FoundChain chain) {
        return Triggers.keyOfJob(chain.queueId(), chain.lastId());
    }

    private static FoundChain read(ResultSet row) throws SQLException {
        return new FoundChain(
                row.getLong("id"),
                row.getLong("queue_id"),
                row.getLong("last_id"),
                Columns.constant(row, "last_status", JobStatus.class),
                Columns.constantOrNull(row, "final_status", FinalStatus.class),
                row.getBoolean("is_replayed"),
                row.getLong("request_id"),
                row.getInt("priority"),
                row.getLong("bytes"));
    }

    /** The newest job id by now: what is accepted later with a higher one is not meant. */
    public long newest(Connection connection) throws SQLException {
        String sql = "select coalesce(max(id), 0) from jobs";
        return Rows.one(connection, sql, Parameters.NONE, row -> row.getLong(1));
    }
}
