package dev.posthaste.signing;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Makes, rotates and ends the signing secrets of teams. Thread-safe. */
public final class SigningSecrets {
    private static final int SECRET_BYTES = 32;

    /**
     * What a team wants.
     *
     * @param brought its own secret as {@link SecretText} reads it, null for a new one; HMAC only
     * @param overlapHours how long the one before goes on signing, 0 to 168
     * @param isForced also while one before the last still signs, which ends at once then
     */
    public record Rotation(Algorithm algorithm, @Nullable String brought, int overlapHours, boolean isForced) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "rotation to " + algorithm.contractName();
        }
    }

    /**
     * A secret that was made.
     *
     * @param secret what its owner gets to see this once; null for one of which the receivers hold the public key only
     */
    public record Made(SigningSecretEntry entry, @Nullable String secret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "signing secret " + entry.id();
        }
    }

    private final Jdbi database;
    private final KeyRing keys;
    private final SecureRandom random;
    private final AuditLog audit = new AuditLog();
    private final SigningSecretDao dao = new SigningSecretDao();

    /** Every call is a transaction of its own. */
    public SigningSecrets(Jdbi database, KeyRing keys, SecureRandom random) {
        this.database = database;
        this.keys = keys;
        this.random = random;
    }

    /**
     * The team signs with this from the commit on, and beside it with the one before, until its end. Empty when there is
     * one before that already, and the rotation is not forced.
     *
     * @throws SecretKeyException when there is no secret key to seal it with
     */
    public Optional<Made> rotate(long teamId, Rotation rotation, Actor actor) throws SQLException {
        return database.inTransaction(handle -> rotate(handle, teamId, rotation, actor));
    }

    /** Those that sign now, newest first. */
    public List<SigningSecretEntry> list(long teamId) {
        return database.withHandle(handle -> dao.list(handle, teamId));
    }

    /** Ends one at once; of those that are left the newest signs on without an end. False when the team has no such secret that signs. */
    public boolean end(long teamId, long id, Actor actor) {
        return database.inTransaction(handle -> {
            dao.lockTeam(handle, teamId);
            if (dao.find(handle, teamId, id).isEmpty()) {
                return false;
            }
            dao.delete(handle, id);
            dao.keepNewest(handle, teamId);
            dao.raiseVersion(handle, teamId);
            audit.write(
                    handle, AuditEntry.of(teamId, actor, AuditAction.SIGNING_SECRET_DELETE, Thing.signingSecret(id)));
            return true;
        });
    }

    private Optional<Made> rotate(Handle handle, long teamId, Rotation rotation, Actor actor) throws SQLException {
        // Before the team: who gives up all secrets comes in the same order.
        AuthenticatedCipher cipher = keys.cipherToSeal(handle.getConnection());
        dao.lockTeam(handle, teamId);
        if (!rotation.isForced() && dao.anyOverlaps(handle, teamId)) {
            return Optional.empty();
        }
        dao.endAll(handle, teamId, rotation.overlapHours());
        Made made = rotation.algorithm() == Algorithm.HMAC
                ? shared(handle, teamId, cipher, rotation.brought())
                : pair(handle, teamId, cipher);
        dao.raiseVersion(handle, teamId);
        audit.write(
                handle,
                AuditEntry.of(
                        teamId,
                        actor,
                        AuditAction.SIGNING_SECRET_CREATE,
                        Thing.signingSecret(made.entry().id())));
        return Optional.of(made);
    }

    private Made shared(Handle handle, long teamId, AuthenticatedCipher cipher, @Nullable String brought) {
        byte[] secret = brought == null ? new byte[SECRET_BYTES] : SecretText.read(brought);
        if (brought == null) {
            random.nextBytes(secret);
        }
        String sealed = cipher.seal(secret, place(teamId, Algorithm.HMAC));
        return new Made(dao.insert(handle, teamId, Algorithm.HMAC, sealed, null), SecretText.write(secret));
    }

    private Made pair(Handle handle, long teamId, AuthenticatedCipher cipher) {
        SigningSecret.KeyBytes pair = SigningSecret.generatePair();
        String sealed = cipher.seal(pair.privateKey(), place(teamId, Algorithm.ED25519));
        return new Made(
                dao.insert(handle, teamId, Algorithm.ED25519, sealed, SigningSecret.publicText(pair.publicKey())),
                null);
    }

    /** A row that is copied to another team cannot be opened there. */
    static String place(long teamId, Algorithm algorithm) {
        return "signing secret of team " + teamId + " for " + algorithm.contractName();
    }
}
