package dev.posthaste.signing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.posthaste.signing.SigningSecretDao.Sealed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * What the teams sign with, remembered by the version of their secrets: whoever loads jobs reads the version with them,
 * and asks here. So nothing is read for a delivery, and nothing stale signs. Thread-safe.
 */
public final class KnownSecrets {
    private static final int MAX_TEAMS = 10_000;

    /** A team's secrets at one moment; version 0 is that of a team that never had one. */
    public record Version(long teamId, long version) {}

    private final SigningSecretDao dao = new SigningSecretDao();
    private final KeyRing keys;
    private final Lock collecting = new ReentrantLock();
    private final Cache<Version, TeamSigning> known =
            Caffeine.newBuilder().maximumSize(MAX_TEAMS).build();

    /** @param keys open what is read */
    public KnownSecrets(KeyRing keys) {
        this.keys = keys;
    }

    /**
     * What signs for each of the teams. Those that are not known yet are read together; one whose secrets cannot be opened
     * here is left out: nothing of it may be sent.
     */
    public Map<Version, TeamSigning> of(Connection connection, Set<Version> versions) throws SQLException {
        Map<Version, TeamSigning> found = new HashMap<>();
        List<Version> unknown = new ArrayList<>();
        for (Version version : versions) {
            TeamSigning signing = version.version() == 0 ? TeamSigning.NONE : known.getIfPresent(version);
            if (signing == null) {
                unknown.add(version);
            } else {
                found.put(version, signing);
            }
        }
        if (!unknown.isEmpty()) {
            load(connection, unknown, found);
        }
        return found;
    }

    private void load(Connection connection, List<Version> versions, Map<Version, TeamSigning> found)
            throws SQLException {
        Map<Long, List<Sealed>> sealed =
                dao.signing(connection, versions.stream().map(Version::teamId).collect(Collectors.toSet()));
        for (Version version : versions) {
            List<Sealed> secrets = sealed.getOrDefault(version.teamId(), List.of());
            try {
                TeamSigning signing = secrets.isEmpty() ? TeamSigning.NONE : open(connection, secrets);
                known.put(version, signing);
                found.put(version, signing);
            } catch (SecretKeyException e) {
                // Left out, and asked for again by the next claim: the operator may mend it meanwhile.
            }
        }
    }

    private TeamSigning open(Connection connection, List<Sealed> secrets) throws SQLException {
        AuthenticatedCipher cipher = keys.cipher(connection);
        List<SigningSecret> opened = new ArrayList<>();
        for (Sealed secret : secrets) {
            byte[] bytes = cipher.open(secret.text(), SigningSecrets.place(secret.teamId(), secret.algorithm()))
                    .orElseThrow(() -> new SecretKeyException("Signing secret " + secret.id() + " cannot be opened"));
            opened.add(SigningSecret.of(secret.id(), secret.algorithm(), bytes, secret.endsAt()));
        }
        return new TeamSigning(opened, collecting);
    }
}
