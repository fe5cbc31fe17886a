package dev.posthaste.operations;

import dev.posthaste.audit.Actor;
import dev.posthaste.contract.ContractName;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The {@code operations} table. The connection, and so the transaction, is the caller's. Thread-safe: holds no state. */
public final class OperationDao {
    private static final String COLUMNS = """
            id, team_id, action, filter, queue_id, dry_run, max_per_second, status, matched, done, skipped, after_id, last_id,
            actor, token_id, address, created_at, finished_at""";

    private static final NamedSql INSERT = NamedSql.of("""
            insert into operations
              (team_id, action, filter, queue_id, dry_run, max_per_second, last_id, actor, token_id, address)
            values (:team, :action, :filter, :queue, :dry_run, :max_per_second, :last, :actor, :token, :address)
            returning %s
            """.formatted(COLUMNS));

    private static final NamedSql ADVANCE = NamedSql.of("""
            update operations
               set after_id = :after, matched = matched + :matched, done = done + :done, skipped = skipped + :skipped,
                   next_at = clock_timestamp() + :pause_ms * interval '1 millisecond',
                   status = case when :is_last then 'finished' else status end,
                   finished_at = case when :is_last then clock_timestamp() end
             where id = :id
            """);

    /** What a slice has come to. */
    record Progress(long after, boolean isLast, int matched, int done, int skipped, Duration pause) {}

    /** Keeps the team from being removed, and others from beginning one, until the transaction ends; false when it is gone. */
    boolean holdTeam(Connection connection, long teamId) throws SQLException {
        String sql = "select 1 from teams where id = ? and removed_at is null for no key update";
        return Rows.exist(connection, sql, values -> values.number(teamId));
    }

    /** How many of the team's operations are running. */
    int running(Connection connection, long teamId) throws SQLException {
        String sql = "select count(*) from operations where team_id = ? and status = 'running'";
        return Rows.one(connection, sql, values -> values.number(teamId), row -> row.getInt(1));
    }

    /** @param last the highest id that is meant */
    Operation insert(
            Connection connection, long teamId, NewOperation wanted, @Nullable Long queueId, long last, Actor actor)
            throws SQLException {
        return INSERT.first(
                        connection,
                        values -> values.number("team", teamId)
                                .text("action", wanted.action().contractName())
                                .text("filter", FilterText.write(wanted.filter()))
                                .numberOrNull("queue", queueId)
                                .flag("dry_run", wanted.isDryRun())
                                .integer("max_per_second", wanted.maxPerSecond())
                                .number("last", last)
                                .text("actor", actor.name())
                                .numberOrNull("token", actor.tokenId())
                                .text("address", actor.address()),
                        OperationDao::read)
                .orElseThrow();
    }

    /** The operation; empty when the team has none with that id. */
    Optional<Operation> find(Connection connection, long teamId, long id) throws SQLException {
        String sql = "select " + COLUMNS + " from operations where id = ? and team_id = ?";
        return Rows.first(connection, sql, values -> values.number(id).number(teamId), OperationDao::read);
    }

    /** Those with a smaller id than {@code before}, newest first. */
    List<Operation> list(Connection connection, long teamId, long before, int max) throws SQLException {
        String sql =
                "select " + COLUMNS + " from operations where team_id = ? and id + 0 < ? order by id + 0 desc limit ?";
        return Rows.list(
                connection, sql, values -> values.number(teamId).number(before).integer(max), OperationDao::read);
    }

    /** Waits for the slice that is being done, and ends the operation; false when it was not running. */
    boolean stop(Connection connection, long teamId, long id) throws SQLException {
        String sql = """
                update operations set status = 'stopped', finished_at = clock_timestamp()
                 where id = ? and team_id = ? and status = 'running'
                """;
        return Rows.update(connection, sql, values -> values.number(id).number(teamId)) == 1;
    }

    /**
     * Whose turn it is.
     *
     * @param isRevoked whether the token that it was asked for with has been revoked
     */
    record Turn(long id, boolean isRevoked) {}

    /**
     * The one that has waited longest for its next slice, locked; those that others have locked are passed over. None pauses for
     * a minute: one that would was left behind when the clock was set back.
     */
    Optional<Turn> take(Connection connection) throws SQLException {
        String sql = """
                select id, exists (select 1 from api_tokens t where t.id = token_id and t.revoked_at is not null)
                  from operations
                 where status = 'running'
                   and (next_at <= statement_timestamp() or next_at > statement_timestamp() + interval '1 minute')
                 order by next_at
                 limit 1
                   for update skip locked
                """;
        return Rows.first(connection, sql, Parameters.NONE, row -> new Turn(row.getLong(1), row.getBoolean(2)));
    }

    /** One that the transaction has locked. */
    Operation taken(Connection connection, long id) throws SQLException {
        String sql = "select " + COLUMNS + " from operations where id = ?";
        return Rows.one(connection, sql, values -> values.number(id), OperationDao::read);
    }

    /** In how many milliseconds the next slice is due, whoever does it; {@code never} when nothing is running. */
    long msToNext(Connection connection, long never) throws SQLException {
        String sql = """
                select coalesce(ceil(extract(epoch from min(next_at) - clock_timestamp()) * 1000)::bigint, ?)
                  from operations where status = 'running'
                """;
        return Rows.one(connection, sql, values -> values.number(never), row -> row.getLong(1));
    }

    /** Moves one on that the transaction has locked. */
    void advance(Connection connection, long id, Progress progress) throws SQLException {
        ADVANCE.update(
                connection,
                values -> values.number("id", id)
                        .number("after", progress.after())
                        .flag("is_last", progress.isLast())
                        .integer("matched", progress.matched())
                        .integer("done", progress.done())
                        .integer("skipped", progress.skipped())
                        .number("pause_ms", progress.pause().toMillis()));
    }

    /** Has others go first, after a slice of it has failed; false when it is not running any more. */
    boolean postpone(Connection connection, long id, Duration pause) throws SQLException {
        String sql = """
                update operations set next_at = clock_timestamp() + ? * interval '1 millisecond'
                 where id = ? and status = 'running'
                """;
        return Rows.update(
                        connection,
                        sql,
                        values -> values.number(pause.toMillis()).number(id))
                == 1;
    }

    /** Gives one up; false when it is not running any more. */
    boolean fail(Connection connection, long id) throws SQLException {
        String sql = """
                update operations set status = 'failed', finished_at = clock_timestamp()
                 where id = ? and status = 'running'
                """;
        return Rows.update(connection, sql, values -> values.number(id)) == 1;
    }

    /** Stops all that are running, of all teams; returns them. */
    public List<Operation> stopAll(Connection connection) throws SQLException {
        String sql =
                "update operations set status = 'stopped', finished_at = clock_timestamp() where status = 'running'"
                        + " returning " + COLUMNS;
        return Rows.list(connection, sql, Parameters.NONE, OperationDao::read);
    }

    /** Removes those that ended longer ago, at most so many; returns how many. */
    public int removeEnded(Connection connection, Duration keep, int max) throws SQLException {
        // The transaction's time, which an index can be searched by.
        String sql = """
                delete from operations
                 where ctid = any (array(
                   select ctid from operations
                    where finished_at is not null and finished_at < now() - ? * interval '1 second'
                    order by finished_at limit ?))
                """;
        return Rows.update(
                connection, sql, values -> values.number(keep.toSeconds()).integer(max));
    }

    /** Removes all of a team, running or not. */
    public void removeOf(Connection connection, long teamId) throws SQLException {
        Rows.update(connection, "delete from operations where team_id = ?", values -> values.number(teamId));
    }

    private static Operation read(ResultSet row) throws SQLException {
        return new Operation(
                row.getLong("id"),
                row.getLong("team_id"),
                constant(row, "action", OperationAction.class),
                FilterText.read(row.getString("filter")),
                row.getObject("queue_id", Long.class),
                row.getBoolean("dry_run"),
                row.getObject("max_per_second", Integer.class),
                constant(row, "status", OperationStatus.class),
                row.getLong("matched"),
                row.getLong("done"),
                row.getLong("skipped"),
                row.getLong("after_id"),
                row.getLong("last_id"),
                new Actor(row.getObject("token_id", Long.class), row.getString("actor"), row.getString("address")),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "finished_at"));
    }

    private static <E extends Enum<E> & ContractName> E constant(ResultSet row, String column, Class<E> type)
            throws SQLException {
        String name = row.getString(column);
        return ContractName.find(type, name)
                .orElseThrow(() -> new IllegalStateException("the column " + column + " is " + name));
    }
}
