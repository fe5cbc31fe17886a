package dev.posthaste.signing;

import dev.posthaste.signing.InstallationDao.Wrapped;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The installation's key, under which secrets are sealed: made when the first one is, kept in the database, and wrapped
 * there by the operator's secret key. So another secret key needs no other seals, and who runs already is not touched by
 * the change. Thread-safe.
 */
public final class KeyRing {
    private static final int KEY_ID_BYTES = 8;

    private final InstallationDao dao = new InstallationDao();
    private final List<SecretKey> candidates;
    private final SecureRandom random;
    private volatile @Nullable Unwrapped unwrapped;

    /** @param candidates the secret keys that this process has, the first being the one to wrap with; empty for none */
    public KeyRing(List<SecretKey> candidates, SecureRandom random) {
        this.candidates = List.copyOf(candidates);
        this.random = random;
    }

    /** A class, so that nothing prints the key. */
    private static final class Unwrapped {
        private final String keyId;
        private final byte[] key;
        private final AuthenticatedCipher cipher;

        private Unwrapped(String keyId, byte[] key, AuthenticatedCipher cipher) {
            this.keyId = keyId;
            this.key = key;
            this.cipher = cipher;
        }
    }

    /**
     * Makes sure that what is sealed can be opened here.
     *
     * @throws SecretKeyException when it cannot
     */
    public void check(Connection connection) throws SQLException {
        Wrapped wrapped = dao.wrapped(connection);
        if (wrapped != null) {
            unwrap(wrapped);
        }
    }

    /** Opens what another node may have sealed meanwhile, so that a change of the secret key does not touch this one. */
    public void open(Connection connection) throws SQLException {
        Wrapped wrapped = dao.wrapped(connection);
        if (wrapped != null && isNew(wrapped)) {
            try {
                unwrap(wrapped);
            } catch (SecretKeyException e) {
                // Said of each job that cannot be signed here.
            }
        }
    }

    private boolean isNew(Wrapped wrapped) {
        Unwrapped known = unwrapped;
        return known == null || !known.keyId.equals(wrapped.keyId());
    }

    /**
     * What opens seals.
     *
     * @throws SecretKeyException when the secret key is wanting or another one
     */
    AuthenticatedCipher cipher(Connection connection) throws SQLException {
        Wrapped wrapped = dao.wrapped(connection);
        if (wrapped == null) {
            throw new SecretKeyException("Nothing was ever sealed in this database");
        }
        return unwrap(wrapped).cipher;
    }

    /**
     * What seals; the installation's key is made if there is none. Within the caller's transaction.
     *
     * @throws SecretKeyException when the secret key is wanting or another one
     */
    AuthenticatedCipher cipherToSeal(Connection connection) throws SQLException {
        Wrapped wrapped = dao.lockWrapped(connection);
        if (wrapped == null) {
            wrapped = newKey(first());
            dao.store(connection, wrapped);
        }
        return unwrap(wrapped).cipher;
    }

    /**
     * From the commit on what is sealed needs this secret key, and so does what will be: a server that runs with another one
     * must not seal under a key that is kept nowhere. False while nothing is sealed.
     *
     * @throws SecretKeyException when the one that it needs now is wanting
     */
    boolean rewrap(Connection connection, SecretKey next) throws SQLException {
        Wrapped wrapped = dao.lockWrapped(connection);
        if (wrapped == null) {
            dao.store(connection, newKey(next));
            return false;
        }
        dao.store(connection, new Wrapped(next.wrap(unwrap(wrapped).key), wrapped.keyId(), next.fingerprint()));
        return true;
    }

    /** Nobody seals anything until the transaction has ended; to be called before other rows are locked. */
    void hold(Connection connection) throws SQLException {
        dao.lockWrapped(connection);
    }

    /** The fingerprint of the secret key that what is sealed needs; empty while nothing is. */
    public Optional<String> fingerprintInUse(Connection connection) throws SQLException {
        return Optional.ofNullable(dao.wrapped(connection)).map(Wrapped::fingerprint);
    }

    /** What was sealed is lost from the commit on; the next secret makes a new key. */
    void forget(Connection connection) throws SQLException {
        dao.store(connection, null);
    }

    private Unwrapped unwrap(Wrapped wrapped) {
        Unwrapped known = unwrapped;
        if (known != null && known.keyId.equals(wrapped.keyId())) {
            return known;
        }
        for (SecretKey candidate : candidates) {
            Optional<byte[]> key = candidate.unwrap(wrapped.key());
            if (key.isPresent()) {
                Unwrapped found = new Unwrapped(wrapped.keyId(), key.get(), new AuthenticatedCipher(key.get(), random));
                unwrapped = found;
                return found;
            }
        }
        throw new SecretKeyException("The signing secrets in this database are sealed under the secret key "
                + wrapped.fingerprint() + ", and this process has "
                + (candidates.isEmpty() ? "none" : candidates.get(0).fingerprint())
                + ": if it was changed, start this process anew; else set POSTHASTE_SECRET_KEY, or POSTHASTE_SECRET_KEY_FILE, to the one that sealed them. If it is lost,"
                + " secret-key forget gives the secrets up.");
    }

    private Wrapped newKey(SecretKey by) {
        byte[] key = new byte[AuthenticatedCipher.KEY_BYTES];
        random.nextBytes(key);
        return new Wrapped(by.wrap(key), newKeyId(), by.fingerprint());
    }

    private String newKeyId() {
        byte[] id = new byte[KEY_ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private SecretKey first() {
        if (candidates.isEmpty()) {
            throw new SecretKeyException("There is no secret key to seal signing secrets with: the operator must set"
                    + " POSTHASTE_SECRET_KEY, or POSTHASTE_SECRET_KEY_FILE, on every node.");
        }
        return candidates.get(0);
    }
}
