package dev.posthaste.signing;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The {@code installation} table, of one row. Thread-safe: holds no state. */
public final class InstallationDao {
    /**
     * The installation's key as it is kept.
     *
     * @param keyId tells that key from others, whatever it is wrapped by
     * @param fingerprint of the secret key that it is wrapped by
     */
    record Wrapped(String key, String keyId, String fingerprint) {}

    /** The key of masks, made once with the tables. */
    public byte[] redactionKey(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select redaction_key from installation");
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("The table installation has lost its row");
            }
            return row.getBytes(1);
        }
    }

    /** Null while nothing has ever been sealed. */
    @Nullable
    Wrapped wrapped(Connection connection) throws SQLException {
        return read(connection, "select wrapped_key, key_id, secret_key_fingerprint from installation");
    }

    /** The same; until the transaction ends nobody else changes it. */
    @Nullable
    Wrapped lockWrapped(Connection connection) throws SQLException {
        return read(connection, "select wrapped_key, key_id, secret_key_fingerprint from installation for update");
    }

    void store(Connection connection, @Nullable Wrapped wrapped) throws SQLException {
        Rows.update(
                connection,
                "update installation set wrapped_key = ?, key_id = ?, secret_key_fingerprint = ?",
                values -> values.text(wrapped == null ? null : wrapped.key())
                        .text(wrapped == null ? null : wrapped.keyId())
                        .text(wrapped == null ? null : wrapped.fingerprint()));
    }

    private static @Nullable Wrapped read(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("The table installation has lost its row");
            }
            String key = row.getString(1);
            return key == null ? null : new Wrapped(key, row.getString(2), row.getString(3));
        }
    }
}
