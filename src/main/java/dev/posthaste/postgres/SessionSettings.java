package dev.posthaste.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What every session of ours has set. They are given by its first statement, not when it is opened: poolers such as PgBouncer
 * do not pass on what a session is opened with.
 *
 * <p>The sessions of a host that died keep their locks until the database notices: one that idles in a transaction ends after
 * some seconds, and so does one to whose host nothing gets through. Immutable.
 */
final class SessionSettings {
    /** How often two connections are compared: a pooler that others use too may give them two sessions by chance. */
    private static final int COMPARISONS = 8;

    private static final Map<String, String> ALWAYS = Map.of(
            "idle_in_transaction_session_timeout",
            "5000",
            "tcp_keepalives_idle",
            "5",
            "tcp_keepalives_interval",
            "2",
            "tcp_keepalives_count",
            "3",
            "tcp_user_timeout",
            "10000",
            "default_transaction_isolation",
            "read committed",
            "jit",
            "off");

    /** Limits that an administrator may have given to the role, and that not every version has. */
    private static final String WITHOUT_LIMITS = "(select count(set_config(name, '0', false)) from pg_settings"
            + " where name in ('transaction_timeout', 'idle_session_timeout'))";

    /**
     * A session in the midst of a statement, or waiting for a lock, notices then that its process was killed: as long as the
     * dead have sessions they are not taken for dead. From version 14 on; refused on some systems, and tried where it works.
     */
    private static final String LOOK_FOR_CLIENT = "(select count(set_config(name, '1000', false)) from pg_settings"
            + " where name = 'client_connection_check_interval' and version() like '%linux%')";

    private final Map<String, String> settings = new LinkedHashMap<>(ALWAYS);

    /** Those that every session has, and more. */
    SessionSettings(Map<String, String> more) {
        settings.putAll(more);
    }

    /** The statement that gives them to the session that it is executed in. */
    String statement() {
        return settings.entrySet().stream()
                .map(setting -> "set_config('" + setting.getKey() + "', '" + setting.getValue() + "', false)")
                .collect(Collectors.joining(", ", "select ", ", " + WITHOUT_LIMITS + ", " + LOOK_FOR_CLIENT));
    }

    /**
     * Makes sure that connections have sessions of their own, which can hold what jobs are made of.
     *
     * @param other another connection to the same database
     * @throws DatabaseUnusableException with a sentence that says what to change
     */
    static void verify(Connection connection, Connection other) throws SQLException {
        int session = session(connection);
        for (int i = 0; i < COMPARISONS; i++) {
            if (session(other) == session || session(connection) != session) {
                throw new DatabaseUnusableException(
                        "Something between Posthaste and the database gives the same session to several connections, in which"
                                + " neither settings nor locks last. A pooler must not share sessions between transactions:"
                                + " have it pool sessions (PgBouncer: pool_mode = session), or connect to the database"
                                + " itself.");
            }
        }
        refuseOtherEncoding(connection);
    }

    private static int session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void refuseOtherEncoding(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('server_encoding')")) {
            row.next();
            if (!row.getString(1).equals("UTF8")) {
                throw new DatabaseUnusableException("The database is encoded in " + row.getString(1)
                        + "; Posthaste needs one that was created with encoding 'UTF8'.");
            }
        }
    }
}
