package dev.posthaste.jobs;

import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the last attempts of chains, and what is recorded of attempts, many at a time. Of the partitions of runs only those are
 * planned and read that the attempts can have runs in, which are few of a month's where chains are neighbours: planning all of
 * them takes longer than a page of a list.
 */
final class LastRuns {
    /** Of the original and, by their own index, of its retries. */
    private static final NamedSql LAST_ATTEMPTS = NamedSql.of("""
            select distinct on (c.original_job_id) c.*
              from (
                select j.original_job_id, j.id, j.attempt_number, j.created_at, j.concluded_at
                  from jobs j
                 where j.id = any (array(select unnest(:originals::bigint[])))
                union all
                select m.original_job_id, m.id, m.attempt_number, m.created_at, m.concluded_at
                  from jobs m
                 where m.original_job_id = any (array(select unnest(:originals::bigint[]))) and m.attempt_number > 1) c
             order by c.original_job_id, c.attempt_number desc
            """);

    /** The days are values and not the database's time, so that a plan has their partitions only. */
    private static final String RUNS = """
            select n.job_id, %s
              from runs n
             where n.job_id = any (array(select unnest(?::bigint[])))
               and n.started_at >= to_timestamp(?) and n.started_at <= to_timestamp(?)
             order by n.id
            """;

    private LastRuns() {}

    /**
     * The last attempt of a chain.
     *
     * @param concludedAt null for one that has not ended
     */
    record Attempt(
            long id,
            int number,
            Instant createdAt,
            @Nullable Instant concludedAt) {}

    /**
     * In which days runs were made.
     *
     * @param until null for until now
     */
    record Days(Instant from, @Nullable Instant until) {
        /** For clocks that differ. */
        private static final Duration MARGIN = Duration.ofDays(1);

        /** The days of an attempt. */
        static Days of(Instant created, @Nullable Instant concluded) {
            return new Days(created.minus(MARGIN), concluded == null ? null : concluded.plus(MARGIN));
        }

        /** From the first of both to the last. */
        Days and(Days other) {
            return new Days(
                    from.isBefore(other.from) ? from : other.from,
                    until == null || other.until == null ? null : until.isAfter(other.until) ? until : other.until);
        }

        /** None of these before that. */
        Days since(Instant first) {
            return new Days(from.isBefore(first) ? first : from, until);
        }

        private double untilSeconds() {
            return until == null ? Double.POSITIVE_INFINITY : seconds(until);
        }

        private static double seconds(Instant instant) {
            return instant.toEpochMilli() / 1_000.0;
        }
    }

    /** The last attempts of chains by the ids of their originals. */
    static Map<Long, Attempt> attempts(Connection connection, Collection<Long> originalIds) throws SQLException {
        return LAST_ATTEMPTS.map(
                connection,
                values -> values.numbers("originals", originalIds),
                row -> row.getLong("original_job_id"),
                row -> new Attempt(
                        row.getLong("id"),
                        row.getInt("attempt_number"),
                        Rows.instant(row, "created_at"),
                        Rows.instantOrNull(row, "concluded_at")));
    }

    /**
     * What was read of the last runs of attempts, by the ids of the original jobs; of those without a run nothing.
     *
     * @param attempts by the ids of the originals
     * @param columns of {@code runs n}, which are read
     */
    static <T> Map<Long, T> read(
            Connection connection, Map<Long, Attempt> attempts, String columns, Rows.Reader<T> reader)
            throws SQLException {
        Map<Long, Long> originals = new HashMap<>();
        attempts.forEach((original, attempt) -> originals.put(attempt.id(), original));
        Map<Long, T> last = new HashMap<>();
        Days days = attempts.values().stream()
                .map(attempt -> Days.of(attempt.createdAt(), attempt.concludedAt()))
                .reduce(Days::and)
                .orElse(null);
        if (days != null) {
            each(
                    connection,
                    originals.keySet(),
                    days,
                    columns,
                    row -> last.put(originals.getOrDefault(row.getLong("job_id"), 0L), reader.read(row)));
        }
        return last;
    }

    /** Why the last attempts of chains failed, by the ids of their originals; of what is not kept any more nothing. */
    static Map<Long, FailureReason> reasons(Connection connection, Collection<Long> originalIds) throws SQLException {
        Map<Long, Optional<FailureReason>> last = read(
                connection,
                attempts(connection, originalIds),
                "n.failure_reason",
                row -> Optional.ofNullable(Columns.constantOrNull(row, "failure_reason", FailureReason.class)));
        Map<Long, FailureReason> reasons = new HashMap<>();
        last.forEach((original, reason) -> reason.ifPresent(known -> reasons.put(original, known)));
        return reasons;
    }

    /** Hands over the runs of attempts, those of each in their order. */
    static void each(Connection connection, Collection<Long> jobIds, Days days, String columns, Rows.Receiver receiver)
            throws SQLException {
        Rows.each(
                connection,
                RUNS.formatted(columns),
                values -> values.numbers(jobIds)
                        .decimal(Days.seconds(days.from()))
                        .decimal(days.untilSeconds()),
                receiver);
    }
}
