package dev.posthaste.queues;

import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The {@code queues} table. The connection, and so the transaction, is the caller's. Thread-safe: holds no state. */
public final class QueueDao {
    /** The ids of those names that exist. */
    public Map<QueueName, Long> idsOf(Connection connection, Collection<QueueName> names) throws SQLException {
        NamedSql sql = NamedSql.of("""
                select q.team_id, q.name, q.id
                  from unnest(:teams, :names) as wanted (team_id, name)
                  join queues q on q.team_id = wanted.team_id and q.name = wanted.name
                """);
        return sql.map(
                connection,
                values -> values.rows(names).longs("teams", QueueName::teamId).texts("names", QueueName::name),
                row -> new QueueName(row.getLong("team_id"), row.getString("name")),
                row -> row.getLong("id"));
    }

    /**
     * Makes the queues that do not exist yet. Meant for a transaction of its own: it waits for others that are making
     * the same ones.
     */
    public void makeMissing(Connection connection, Collection<QueueName> names) throws SQLException {
        NamedSql sql = NamedSql.of("""
                insert into queues (team_id, name)
                select team_id, name from unnest(:teams, :names) as wanted (team_id, name)
                on conflict (team_id, name) do nothing
                """);
        List<QueueName> inOrder = List.copyOf(new TreeSet<>(names));
        sql.update(
                connection,
                values -> values.rows(inOrder).longs("teams", QueueName::teamId).texts("names", QueueName::name));
    }

    /** Keeps queues from being deleted or renamed until the transaction ends, and tells the names of those that exist. */
    public BoundStatement holdExisting(Collection<Long> queueIds, Consumer<Map<Long, String>> receiver) {
        return BoundStatement.map(
                "select id, name from queues where id = any (?) order by id for key share",
                Rows.ids(queueIds),
                row -> row.getLong(1),
                row -> row.getString(2),
                receiver);
    }

    /** Keeps a queue from being deleted or renamed until the transaction ends; its id, empty when there is none. */
    public Optional<Long> hold(Connection connection, QueueName name) throws SQLException {
        return Rows.first(
                connection,
                "select id from queues where team_id = ? and name = ? for key share",
                values -> values.number(name.teamId()).text(name.name()),
                row -> row.getLong(1));
    }

    /**
     * Keeps everybody from adding jobs to a queue until the transaction ends; its name, empty when the team has no such
     * queue.
     */
    Optional<String> lock(Connection connection, long teamId, long queueId) throws SQLException {
        return name(connection, "select name from queues where id = ? and team_id = ? for update", queueId, teamId);
    }

    /** Keeps everybody from changing a queue until the transaction ends. */
    void lockSettings(Connection connection, long queueId) throws SQLException {
        Rows.exist(connection, "select 1 from queues where id = ? for no key update", values -> values.number(queueId));
    }

    /** The queue's name, empty when the team has no such queue. */
    Optional<String> nameOf(Connection connection, long teamId, long queueId) throws SQLException {
        return name(connection, "select name from queues where id = ? and team_id = ?", queueId, teamId);
    }

    private static Optional<String> name(Connection connection, String sql, long queueId, long teamId)
            throws SQLException {
        return Rows.first(connection, sql, values -> values.number(queueId).number(teamId), row -> row.getString(1));
    }

    /** Those of the queues that are among the first that their teams have made. */
    public Set<Long> amongFirst(Connection connection, Collection<Long> queueIds, int max) throws SQLException {
        String sql = """
                select id
                  from (select q.id, row_number() over (partition by q.team_id order by q.id) as place
                          from queues q
                         where q.team_id in (select o.team_id from queues o where o.id = any (?))) ranked
                 where place <= ? and id = any (?)
                """;
        return new HashSet<>(Rows.list(
                connection,
                sql,
                values -> values.numbers(queueIds).integer(max).numbers(queueIds),
                row -> row.getLong(1)));
    }

    /** All queues of a team. */
    public List<Long> idsOfTeam(Connection connection, long teamId) throws SQLException {
        return Rows.list(
                connection,
                "select id from queues where team_id = ? order by id",
                values -> values.number(teamId),
                row -> row.getLong(1));
    }

    /** Whether crons name the queue as the one whose limits hold for them. */
    boolean hasCrons(Connection connection, long queueId) throws SQLException {
        String sql = "select 1 from crons where queue_id = ? and removed_at is null limit 1";
        return Rows.exist(connection, sql, values -> values.number(queueId));
    }

    /** Deletes a queue; its jobs are not seen any more, and are removed later. */
    void delete(Connection connection, long queueId) throws SQLException {
        execute(connection, "delete from queues where id = ?", queueId);
        execute(connection, "insert into removed_queues (id) values (?) on conflict do nothing", queueId);
    }

    /** Deleted queues whose jobs have not all been removed. */
    public List<Long> removed(Connection connection) throws SQLException {
        return Rows.list(
                connection, "select id from removed_queues order by id", Parameters.NONE, row -> row.getLong(1));
    }

    /** The last job of a deleted queue is gone. */
    public void forgetRemoved(Connection connection, long queueId) throws SQLException {
        execute(connection, "delete from removed_queues where id = ?", queueId);
    }

    private static void execute(Connection connection, String sql, long queueId) throws SQLException {
        Rows.update(connection, sql, values -> values.number(queueId));
    }
}
