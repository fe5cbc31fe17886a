package dev.posthaste.intake;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private static void answerLike(Admission admission, Map<IdempotencyDao.TeamKey, IdempotencyDao.Entry> firsts) {
        Submission.Idempotency idempotency = admission.submission().idempotency();
        if (idempotency == null) {
            return;
        }
        IdempotencyDao.Entry first =
                firsts.get(new IdempotencyDao.TeamKey(admission.submission().teamId(), idempotency.key()));
        if (first != null && first.bodySha256().equals(idempotency.bodySha256())) {
            admission.settle(new IntakeResult.Accepted(first.jobs(), true));
        } else {
            admission.settle(new IntakeResult.KeyConflict());
        }
    }

    private static IdempotencyDao.Entry entry(Admission admission, Submission.Idempotency idempotency) {
        return new IdempotencyDao.Entry(
                new IdempotencyDao.TeamKey(admission.submission().teamId(), idempotency.key()),
                idempotency.bodySha256(),
                admission.acceptance().jobs());
    }
}
