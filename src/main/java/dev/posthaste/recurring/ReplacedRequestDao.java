package dev.posthaste.recurring;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The {@code replaced_requests} table: what crons send no more, and executions still show. Executions are made under the lock of
 * their cron, so those with one request are those whose ids lie between two replacements, and one look into an index finds
 * out whether there are any. The connection, and so the transaction, is the caller's. Thread-safe: holds no state.
 */
final class ReplacedRequestDao {
    /**
     * What a look at some of them has found.
     *
     * @param last the largest id among them, 0 for none
     * @param rows how many there were
     * @param removed how many of them no execution shows, which are gone
     */
    record Looked(long last, int rows, int removed) {}

    /** Notes that a cron that the transaction holds sends a request no more; one that no execution shows is removed at once. */
    void add(Connection connection, long cronId, long requestId) throws SQLException {
        String sql = """
                insert into replaced_requests (id, cron_id, last_execution)
                select j.request_id, ?, j.id
                  from (select id, request_id from jobs where cron_id = ? and attempt_number = 1
                         order by id desc limit 1) j
                 where j.request_id = ?
                """;
        int noted = Rows.update(
                connection, sql, values -> values.number(cronId).number(cronId).number(requestId));
        if (noted == 0) {
            Rows.update(connection, "delete from requests where id = ?", values -> values.number(requestId));
        }
    }

    /**
     * Removes the requests that no execution shows, among those with a larger id than {@code after}.
     *
     * @param max looks at so many at most
     */
    Looked removeUnused(Connection connection, long after, int max) throws SQLException {
        // Looked up one by one: a join would read all executions of a cron for each of its requests.
        String sql = """
                with looked as materialized (
                  select id, cron_id, last_execution from replaced_requests where id > ? order by id limit ?),
                unused as (
                  delete from replaced_requests p
                   where p.id = any (array(
                     select l.id from looked l
                      where (select j.id from jobs j
                              where j.cron_id = l.cron_id and j.attempt_number = 1 and j.id <= l.last_execution
                                and j.id > coalesce((select max(b.last_execution) from replaced_requests b
                                                      where b.cron_id = l.cron_id
                                                        and b.last_execution < l.last_execution), 0)
                              order by j.id desc limit 1) is null))
                  returning id),
                removed as (
                  delete from requests where id = any (array(select id from unused)) returning id)
                select coalesce(max(id), 0), count(*), (select count(*) from removed) from looked
                """;
        return Rows.one(
                connection,
                sql,
                values -> values.number(after).integer(max),
                row -> new Looked(row.getLong(1), row.getInt(2), row.getInt(3)));
    }

    /** Removes all of a cron that has no executions any more. */
    void removeOf(Connection connection, long cronId) throws SQLException {
        String sql = """
                with replaced as (delete from replaced_requests where cron_id = ? returning id)
                delete from requests where id in (select id from replaced)
                """;
        Rows.update(connection, sql, values -> values.number(cronId));
    }
}
