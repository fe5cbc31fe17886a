package dev.posthaste.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What every session of ours has set. They are given when it begins, so that they hold from its first statement on; what
 * stands between us and the database may drop them, and that is noticed.
 *
 * <p>The sessions of a host that died keep their locks until the database notices: one that idles in a transaction ends after
 * some seconds, and so does one to whose host nothing gets through. Immutable.
 */
final class SessionSettings {
    /** Told to be there by a session that got its settings. */
    private static final String MARK = "posthaste.settings";

    private static final String MARKED = "given";

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
            "off",
            MARK,
            MARKED);

    private final Map<String, String> settings = new LinkedHashMap<>(ALWAYS);

    /** Those that every session has, and more. */
    SessionSettings(Map<String, String> more) {
        settings.putAll(more);
    }

    /** For the driver's property {@code options}. */
    String options() {
        return settings.entrySet().stream()
                .map(setting -> "-c " + setting.getKey() + "=" + escaped(setting.getValue()))
                .collect(Collectors.joining(" "));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace(" ", "\\ ");
    }

    /**
     * Makes sure that a session has got its settings and can hold what jobs are made of.
     *
     * @throws DatabaseUnusableException with a sentence that says what to change
     */
    static void verify(Connection connection) throws SQLException {
        String sql = "select current_setting(?, true), current_setting('server_encoding')";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, MARK);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!MARKED.equals(row.getString(1))) {
                    throw new DatabaseUnusableException(
                            "Something between Posthaste and the database drops the settings of its sessions. A pooler must"
                                    + " not share sessions between transactions and must pass \"options\" on: connect to the"
                                    + " database itself, or use session pooling.");
                }
                if (!row.getString(2).equals("UTF8")) {
                    throw new DatabaseUnusableException("The database is encoded in " + row.getString(2)
                            + "; Posthaste needs one that was created with encoding 'UTF8'.");
                }
            }
        }
    }
}
