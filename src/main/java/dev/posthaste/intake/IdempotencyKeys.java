package dev.posthaste.intake;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Settles idempotency keys inside the accepting transaction: the first submission with a key stays open and goes on,
 * every other one gets the first one's answer, or a conflict when its body is another.
 */
public final class IdempotencyKeys {
    private final IdempotencyDao dao;

    /** The DAO writes through the group's connection. */
    public IdempotencyKeys(IdempotencyDao dao) {
        this.dao = dao;
    }

    void settle(Connection connection, List<Admission> admissions) throws SQLException {
        Map<IdempotencyDao.TeamKey, IdempotencyDao.Entry> firsts = new HashMap<>();
        List<Admission> others = new ArrayList<>();
        Map<IdempotencyDao.TeamKey, Admission> firstAdmissions = new HashMap<>();
        for (Admission admission : admissions) {
            Submission.Idempotency idempotency = admission.submission().idempotency();
            if (idempotency == null) {
                continue;
            }
            IdempotencyDao.Entry entry = entry(admission, idempotency);
            if (firsts.putIfAbsent(entry.key(), entry) == null) {
                firstAdmissions.put(entry.key(), admission);
            } else {
                others.add(admission);
            }
        }
        if (firsts.isEmpty()) {
            return;
        }
        Set<IdempotencyDao.TeamKey> taken = new TreeSet<>(firsts.keySet());
        taken.removeAll(dao.claim(connection, firsts.values()));
        if (!taken.isEmpty()) {
            firsts.putAll(dao.find(connection, taken));
            taken.forEach(key -> others.add(firstAdmissions.get(key)));
        }
        for (Admission other : others) {
            answerLike(other, firsts);
        }
    }

    /**
     * Gives back the keys of admissions that were refused after all. Whoever in this group was to get their answers gets the
     * refusals.
     */
    void release(Connection connection, List<Admission> refused, List<Admission> all) throws SQLException {
        Map<IdempotencyDao.TeamKey, Admission> released = new TreeMap<>();
        for (Admission admission : refused) {
            Submission.Idempotency idempotency = admission.submission().idempotency();
            if (idempotency != null) {
                released.put(key(admission, idempotency), admission);
            }
        }
        if (released.isEmpty()) {
            return;
        }
        dao.release(connection, released.keySet());
        for (Admission other : all) {
            Submission.Idempotency idempotency = other.submission().idempotency();
            Admission first = idempotency == null ? null : released.get(key(other, idempotency));
            if (first != null && other != first && isOfFirst(other)) {
                other.settle(first.result());
            }
        }
    }

    /** A token or a queue that is gone speaks for itself. */
    private static boolean isOfFirst(Admission other) {
        return other.result() instanceof IntakeResult.Accepted || other.result() instanceof IntakeResult.KeyConflict;
    }

    private static IdempotencyDao.TeamKey key(Admission admission, Submission.Idempotency idempotency) {
        return new IdempotencyDao.TeamKey(admission.submission().teamId(), idempotency.key());
    }

    private static void answerLike(Admission admission, Map<IdempotencyDao.TeamKey, IdempotencyDao.Entry> firsts) {
        Submission.Idempotency idempotency = admission.submission().idempotency();
        if (idempotency == null) {
            return;
        }
        IdempotencyDao.Entry first = firsts.get(key(admission, idempotency));
        if (first != null && first.bodySha256().equals(idempotency.bodySha256())) {
            admission.settle(new IntakeResult.Accepted(first.jobs(), true));
        } else {
            admission.settle(new IntakeResult.KeyConflict());
        }
    }

    private static IdempotencyDao.Entry entry(Admission admission, Submission.Idempotency idempotency) {
        return new IdempotencyDao.Entry(
                key(admission, idempotency),
                idempotency.bodySha256(),
                admission.acceptance().jobs());
    }
}
