package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Those of callbacks, in the order of their ids. Thread-safe: holds no state. */
public final class OwedCallbackTriggers implements OwedTriggers {
    /** What is of a removed cron, or of a job that is gone, is not sent any more and is removed with it. */
    private static final String IS_OWED = """
            (c.status = 'pending' and exists (
              select 1 from jobs j
               where j.id = c.job_id
                 and (j.cron_id is null
                      or exists (select 1 from crons k where k.id = j.cron_id and k.removed_at is null))))
            """;

    private record Row(long queueId, long id, boolean isPending) {
        OneShotKey key() {
            return Triggers.keyOfCallback(queueId, id);
        }
    }

    /** No index knows what is pending: an index more would be written for each callback. */
    @Override
    public Page pendingAfter(Connection connection, @Nullable Position after, int max) throws SQLException {
        String sql = """
                select c.id, c.queue_id, %s as is_pending
                  from callbacks c where c.id > ? order by c.id limit ?
                """.formatted(IS_OWED);
        List<Row> looked = Rows.list(
                connection,
                sql,
                values -> values.number(after == null ? 0 : after.id()).integer(max),
                row -> new Row(row.getLong("queue_id"), row.getLong("id"), row.getBoolean("is_pending")));
        return new Page(
                looked.stream().filter(Row::isPending).map(Row::key).toList(),
                looked.size() < max
                        ? null
                        : new Position(0, looked.get(looked.size() - 1).id()));
    }

    @Override
    public List<OneShot> hold(Connection connection, Collection<Long> ids) throws SQLException {
        String sql = """
                select c.id, c.queue_id, coalesce(c.next_attempt_at, c.created_at) as due_at, octet_length(c.body) as weight
                  from callbacks c
                 where c.id = any (?) and %s
                 order by c.id
                   for no key update of c
                """.formatted(IS_OWED);
        return Rows.list(
                connection,
                sql,
                Rows.ids(ids),
                row -> Triggers.ofCallback(
                        row.getLong("queue_id"),
                        row.getLong("id"),
                        Rows.instant(row, "due_at"),
                        Weight.ofBytes(row.getLong("weight"))));
    }

    @Override
    public Set<OneShotKey> wanted(Connection connection, Collection<Long> ids) throws SQLException {
        String sql = "select id, queue_id from callbacks where id = any (?) and status = 'pending'";
        return new HashSet<>(Rows.list(
                connection,
                sql,
                Rows.ids(ids),
                row -> Triggers.keyOfCallback(row.getLong("queue_id"), row.getLong("id"))));
    }
}
