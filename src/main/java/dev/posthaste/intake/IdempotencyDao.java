package dev.posthaste.intake;

import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The {@code idempotency_keys} table: which answer a key was given, for 24 hours. The unique key settles the race
 * between requests, on whatever node: who comes second waits for the first one's commit. Thread-safe: holds no state.
 */
public final class IdempotencyDao {
    /** A key as its team's own. */
    record TeamKey(long teamId, String key) implements Comparable<TeamKey> {
        static TeamKey of(Admission admission, Submission.Idempotency idempotency) {
            return new TeamKey(admission.submission().teamId(), idempotency.key());
        }

        @Override
        public int compareTo(TeamKey other) {
            int byTeam = Long.compare(teamId, other.teamId);
            return byTeam != 0 ? byTeam : key.compareTo(other.key);
        }
    }

    /** What a key stands for. */
    record Entry(TeamKey key, String bodySha256, List<AcceptedJob> jobs) {
        /** What the admission's key stands for once it is accepted. */
        static Entry of(Admission admission, Submission.Idempotency idempotency) {
            return new Entry(
                    TeamKey.of(admission, idempotency),
                    idempotency.bodySha256(),
                    admission.acceptance().jobs());
        }
    }

    /** Writes the entries whose keys are free, and returns those keys. */
    Set<TeamKey> claim(Connection connection, Collection<Entry> entries) throws SQLException {
        NamedSql sql = NamedSql.of("""
                insert into idempotency_keys as k (team_id, key, body_sha256, job_ids, queue_ids, due_ms)
                select team_id, key, body_sha256, job_ids::bigint[], queue_ids::bigint[], due_ms::bigint[]
                  from unnest(:teams, :keys, :bodies, :job_ids, :queue_ids, :due) as t
                    (team_id, key, body_sha256, job_ids, queue_ids, due_ms)
                on conflict (team_id, key) do update
                   set body_sha256 = excluded.body_sha256, job_ids = excluded.job_ids,
                       queue_ids = excluded.queue_ids, due_ms = excluded.due_ms, created_at = now()
                 where k.created_at < now() - interval '24 hours'
                returning team_id, key
                """);
        List<Entry> inOrder = entries.stream()
                .sorted((one, other) -> one.key().compareTo(other.key()))
                .toList();
        NamedSql.Binding binding = values -> values.rows(inOrder)
                .longs("teams", entry -> entry.key().teamId())
                .texts("keys", entry -> entry.key().key())
                .texts("bodies", Entry::bodySha256)
                .texts("job_ids", entry -> literal(entry, AcceptedJob::jobId))
                .texts("queue_ids", entry -> literal(entry, AcceptedJob::queueId))
                .texts("due", entry -> literal(entry, job -> job.scheduledAt().toEpochMilli()));
        return sql.map(connection, binding, IdempotencyDao::key, row -> true).keySet();
    }

    /** Gives up keys that were claimed in the same transaction. */
    void release(Connection connection, Collection<TeamKey> keys) throws SQLException {
        NamedSql sql = NamedSql.of("""
                delete from idempotency_keys
                 where (team_id, key) in (select team_id, key from unnest(:teams, :keys) as k (team_id, key))
                """);
        sql.update(connection, values -> bind(values, keys));
    }

    /** What the keys stand for; a key that is not in use is missing. */
    Map<TeamKey, Entry> find(Connection connection, Collection<TeamKey> keys) throws SQLException {
        NamedSql sql = NamedSql.of("""
                select k.team_id, k.key, k.body_sha256, k.job_ids, k.queue_ids, k.due_ms
                  from unnest(:teams, :keys) as wanted (team_id, key)
                  cross join lateral (select * from idempotency_keys x
                                       where x.team_id = wanted.team_id and x.key = wanted.key offset 0) k
                 where k.created_at >= now() - interval '24 hours'
                """);
        return sql.map(
                connection,
                values -> bind(values, keys),
                IdempotencyDao::key,
                row -> new Entry(key(row), row.getString("body_sha256"), jobs(row)));
    }

    private static void bind(NamedSql.Values values, Collection<TeamKey> keys) throws SQLException {
        values.rows(keys).longs("teams", TeamKey::teamId).texts("keys", TeamKey::key);
    }

    private static TeamKey key(ResultSet row) throws SQLException {
        return new TeamKey(row.getLong("team_id"), row.getString("key"));
    }

    /** Removes keys that are older than 24 hours, at most so many; returns how many. */
    public int removeExpired(Connection connection, int max) throws SQLException {
        String sql = """
                delete from idempotency_keys
                 where ctid = any (array(
                   select ctid from idempotency_keys
                    where created_at < now() - interval '24 hours'
                    order by created_at limit ? for update skip locked))
                """;
        return Rows.update(connection, sql, values -> values.integer(max));
    }

    private static List<AcceptedJob> jobs(ResultSet row) throws SQLException {
        Long[] jobIds = longs(row.getArray(4));
        Long[] queueIds = longs(row.getArray(5));
        Long[] dueMs = longs(row.getArray(6));
        List<AcceptedJob> jobs = new ArrayList<>(jobIds.length);
        for (int i = 0; i < jobIds.length; i++) {
            jobs.add(new AcceptedJob(jobIds[i], queueIds[i], Instant.ofEpochMilli(dueMs[i])));
        }
        return jobs;
    }

    private static Long[] longs(Array array) throws SQLException {
        return (Long[]) array.getArray();
    }

    private static String literal(Entry entry, ToLongFunction<AcceptedJob> column) {
        StringBuilder literal = new StringBuilder("{");
        for (AcceptedJob job : entry.jobs()) {
            literal.append(literal.length() > 1 ? "," : "").append(column.applyAsLong(job));
        }
        return literal.append('}').toString();
    }
}
