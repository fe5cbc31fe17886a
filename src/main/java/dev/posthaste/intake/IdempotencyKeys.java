package dev.posthaste.intake;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Settles idempotency keys inside the accepting transaction: a key is the first submission's that is accepted, and every
 * other one with it gets that one's answer, or a conflict when its body is another. A refusal is kept by no key.
 */
public final class IdempotencyKeys {
    private final IdempotencyDao dao;

    /** The DAO writes through the group's connection. */
    public IdempotencyKeys(IdempotencyDao dao) {
        this.dao = dao;
    }

    /** Claims the keys of the open admissions, and settles those whose key was taken before this group. */
    HeldKeys claim(Connection connection, List<Admission> open) throws SQLException {
        Map<IdempotencyDao.TeamKey, IdempotencyDao.Entry> claims = new HashMap<>();
        for (Admission admission : open) {
            Submission.Idempotency idempotency = admission.submission().idempotency();
            if (idempotency != null) {
                IdempotencyDao.Entry entry = IdempotencyDao.Entry.of(admission, idempotency);
                claims.putIfAbsent(entry.key(), entry);
            }
        }
        if (claims.isEmpty()) {
            return new HeldKeys(Map.of());
        }
        Set<IdempotencyDao.TeamKey> taken = new TreeSet<>(claims.keySet());
        taken.removeAll(dao.claim(connection, claims.values()));
        if (!taken.isEmpty()) {
            HeldKeys before = new HeldKeys(Map.of());
            dao.find(connection, taken).values().forEach(before::give);
            open.forEach(admission -> before.answer(admission).ifPresent(admission::settle));
            claims.keySet().removeAll(taken);
        }
        return new HeldKeys(claims);
    }

    /** Writes which submission of the group each key is in the end, and gives back those that are nobody's. */
    void keep(Connection connection, HeldKeys held) throws SQLException {
        Collection<IdempotencyDao.TeamKey> lost = held.lost();
        if (lost.isEmpty()) {
            return;
        }
        dao.release(connection, lost);
        List<IdempotencyDao.Entry> others =
                lost.stream().map(held::holder).filter(Objects::nonNull).toList();
        if (!others.isEmpty()) {
            dao.claim(connection, others);
        }
    }
}
