package dev.posthaste.signing;

import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The {@code installation} table, of one row. Thread-safe: holds no state. */
public final class InstallationDao {
    private static final String WRAPPED = "select wrapped_key, key_id, secret_key_fingerprint from installation";

    /**
     * The installation's key as it is kept.
     *
     * @param keyId tells that key from others, whatever it is wrapped by
     * @param fingerprint of the secret key that it is wrapped by
     */
    record Wrapped(String key, String keyId, String fingerprint) {}

    /** The key of masks, made once with the tables. */
    public byte[] redactionKey(Connection connection) throws SQLException {
        return read(connection, "select redaction_key from installation", row -> Optional.of(row.getBytes(1)))
                .orElseThrow();
    }

    /** Null while nothing has ever been sealed. */
    @Nullable
    Wrapped wrapped(Connection connection) throws SQLException {
        return read(connection, WRAPPED, InstallationDao::readWrapped).orElse(null);
    }

    /** The same; until the transaction ends nobody else changes it. */
    @Nullable
    Wrapped lockWrapped(Connection connection) throws SQLException {
        return read(connection, WRAPPED + " for update", InstallationDao::readWrapped)
                .orElse(null);
    }

    void store(Connection connection, @Nullable Wrapped wrapped) throws SQLException {
        Rows.update(
                connection,
                "update installation set wrapped_key = ?, key_id = ?, secret_key_fingerprint = ?",
                values -> values.text(wrapped == null ? null : wrapped.key())
                        .text(wrapped == null ? null : wrapped.keyId())
                        .text(wrapped == null ? null : wrapped.fingerprint()));
    }

    private static <T> Optional<T> read(Connection connection, String sql, Rows.Reader<Optional<T>> reader)
            throws SQLException {
        return Rows.first(connection, sql, Parameters.NONE, reader)
                .orElseThrow(() -> new SQLException("The table installation has lost its row"));
    }

    private static Optional<Wrapped> readWrapped(ResultSet row) throws SQLException {
        String key = row.getString(1);
        return key == null ? Optional.empty() : Optional.of(new Wrapped(key, row.getString(2), row.getString(3)));
    }
}
