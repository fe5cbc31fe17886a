package dev.posthaste.ops;

import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The ids that are given out next, of every table that has some. A copy of a database would give those again that the
 * original gave after the copy was made: receivers would take new jobs for old ones. Thread-safe: holds no state.
 */
final class NextIds {
    /** Whose ids clients and receivers see, or may; all that have a sequence. */
    static final List<String> TABLES = List.of(
            "teams",
            "api_tokens",
            "queues",
            "requests",
            "jobs",
            "runs",
            "callbacks",
            "signing_secrets",
            "audit",
            "crons",
            "alerts",
            "alert_channels",
            "alert_messages",
            "operations");

    /**
     * Leaves out so many of each, whatever was left out before: a backup does not tell what was given out since. Stays done
     * when the transaction is undone, which costs nothing but numbers.
     */
    void skip(Connection connection, long count) throws SQLException {
        for (String table : TABLES) {
            String sequence = Rows.one(
                    connection,
                    "select pg_get_serial_sequence(?, 'id')",
                    values -> values.text(table),
                    row -> row.getString(1));
            // PostgreSQL has quoted the name where that is needed.
            long now =
                    Rows.one(connection, "select last_value from " + sequence, Parameters.NONE, row -> row.getLong(1));
            // Rather than "alter sequence", which waits for everybody who uses the table.
            Rows.one(
                    connection,
                    "select setval(?::regclass, ?, false)",
                    values -> values.text(sequence).number(now + count),
                    row -> row.getLong(1));
        }
    }
}
