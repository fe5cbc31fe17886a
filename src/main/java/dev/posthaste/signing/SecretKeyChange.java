package dev.posthaste.signing;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What an operator does to the secret key. Not thread-safe, for one command. */
public final class SecretKeyChange {
    private final Jdbi database;
    private final KeyRing keys;
    private final AuditLog audit = new AuditLog();
    private final @Nullable KeyFile file;

    /** @param file where the key is kept; null when the operator keeps it */
    public SecretKeyChange(Jdbi database, KeyRing keys, @Nullable KeyFile file) {
        this.database = database;
        this.keys = keys;
        this.file = file;
    }

    /**
     * From now on what is sealed needs the other key; servers that run and have opened
     * what is sealed are not touched. Whenever it is cut off, either key
     * is still to be had and one of them is the right one.
     *
     * @return false when nothing is sealed
     * @throws SecretKeyException when the key that is needed now is wanting
     */
    public boolean to(SecretKey next, Actor actor) throws IOException, SQLException {
        if (file == null) {
            return rewrap(next, actor);
        }
        // One command at a time; what an earlier one has left is put right first, or its key would be lost.
        return file.alone(() -> {
            Optional<String> inUse = database.withHandle(handle -> keys.fingerprintInUse(handle.getConnection()));
            file.settleIf(inUse);
            // Nobody finds a key there later that was refused now.
            database.useHandle(handle -> keys.check(handle.getConnection()));
            file.prepare(next);
            boolean wasSealed = rewrap(next, actor);
            file.settle();
            return wasSealed;
        });
    }

    private boolean rewrap(SecretKey next, Actor actor) throws SQLException {
        return database.inTransaction(handle -> {
            boolean wasSealed = keys.rewrap(handle.getConnection(), next);
            tell(handle, actor, AuditAction.SECRET_KEY_CHANGE, next.fingerprint());
            return wasSealed;
        });
    }

    /** Gives up every secret of every team, and the key that sealed them; returns how many teams had secrets. */
    public int forget(Actor actor) throws SQLException {
        return database.inTransaction(handle -> {
            keys.hold(handle.getConnection());
            int teams = new SigningSecretDao().deleteAll(handle);
            keys.forget(handle.getConnection());
            tell(handle, actor, AuditAction.SECRET_KEY_FORGET, null);
            return teams;
        });
    }

    private void tell(Handle handle, Actor actor, AuditAction action, @Nullable String fingerprint) {
        audit.write(handle, AuditEntry.of(null, actor, action, Thing.secretKey(fingerprint)));
    }
}
