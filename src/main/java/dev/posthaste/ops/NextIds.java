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
            "alert_messages");

    /** A sequence as it stands: {@code isUsed} when it has given out {@code last}. */
    private record Position(long last, boolean isUsed) {}

    /**
     * Leaves out so many of each. Where that was done before and none was given out since, it is not done again. Stays done
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
            Position now = Rows.one(
                    connection,
                    "select last_value, is_called from " + sequence,
                    Parameters.NONE,
                    row -> new Position(row.getLong(1), row.getBoolean(2)));
            if (now.isUsed() || now.last() == 1) {
                // Rather than "alter sequence", which waits for everybody who uses the table.
                Rows.one(
                        connection,
                        "select setval(?::regclass, ?, false)",
                        values -> values.text(sequence).number(now.last() + count),
                        row -> row.getLong(1));
            }
        }
    }
}
