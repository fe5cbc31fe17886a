package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Those of jobs, by the index of lists, however much is pending; executions of crons have a repair of their own, and are only
 * known. Thread-safe: holds no state.
 */
public final class OwedJobTriggers implements OwedTriggers {
    private static final NamedSql PENDING_AFTER = NamedSql.of("""
            select j.queue_id, j.id
              from queues q
             cross join lateral (
               select m.queue_id, m.id from jobs m
                where m.queue_id = q.id and m.status = 'pending' and coalesce(m.final_status, '') = ''
                  and (m.id + 0) > case when q.id = :queue then :job else 0 end
                order by (m.id + 0)
                limit :max) j
             where q.id >= :queue
             order by q.id
             limit :max
            """);

    @Override
    public Page pendingAfter(Connection connection, @Nullable Position after, int max) throws SQLException {
        Position from = after == null ? Position.START : after;
        List<Position> found = Rows.list(
                connection,
                PENDING_AFTER.text(),
                PENDING_AFTER.binding(values -> values.number("queue", from.group())
                        .number("job", from.id())
                        .integer("max", max)),
                row -> new Position(row.getLong("queue_id"), row.getLong("id")));
        return new Page(
                found.stream()
                        .map(one -> Triggers.keyOfJob(one.group(), one.id()))
                        .toList(),
                found.size() < max ? null : found.get(found.size() - 1));
    }

    @Override
    public List<OneShot> hold(Connection connection, Collection<Long> ids) throws SQLException {
        String sql = """
                select j.id, j.queue_id, j.due_at, j.priority,
                       coalesce(octet_length(r.body), 0) + octet_length(r.headers) as weight
                  from jobs j join requests r on r.id = j.request_id
                 where j.id = any (?) and j.status = 'pending'
                 order by j.id
                   for no key update of j
                """;
        return Rows.list(
                connection,
                sql,
                Rows.ids(ids),
                row -> Triggers.ofJob(
                        row.getLong("queue_id"),
                        row.getLong("id"),
                        Rows.instant(row, "due_at"),
                        row.getInt("priority"),
                        Weight.ofBytes(row.getLong("weight"))));
    }

    @Override
    public Set<OneShotKey> wanted(Connection connection, Collection<Long> ids) throws SQLException {
        return new HashSet<>(new ExecutionDao().triggersOf(connection, ids));
    }
}
