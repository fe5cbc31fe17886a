package dev.posthaste.intake;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which submissions the idempotency keys of one group stand for. Not thread-safe. */
final class HeldKeys {
    private final Map<IdempotencyDao.TeamKey, IdempotencyDao.Entry> claims;
    private final Map<IdempotencyDao.TeamKey, IdempotencyDao.Entry> holders = new HashMap<>();

    /** Begins with keys that are nobody's yet, and with the entries that the table has for them meanwhile. */
    HeldKeys(Map<IdempotencyDao.TeamKey, IdempotencyDao.Entry> claims) {
        this.claims = claims;
    }

    /** What an admission is told whose key is another one's; empty when it has no key, or one that is nobody's. */
    Optional<IntakeResult> answer(Admission admission) {
        Submission.Idempotency idempotency = admission.submission().idempotency();
        IdempotencyDao.Entry holder =
                idempotency == null ? null : holders.get(IdempotencyDao.TeamKey.of(admission, idempotency));
        if (idempotency == null || holder == null) {
            return Optional.empty();
        }
        return Optional.of(
                holder.bodySha256().equals(idempotency.bodySha256())
                        ? new IntakeResult.Accepted(holder.jobs(), true)
                        : new IntakeResult.KeyConflict());
    }

    /** The admission's key, if it has one, is its own from now on. */
    void give(Admission admission) {
        Submission.Idempotency idempotency = admission.submission().idempotency();
        if (idempotency != null) {
            give(IdempotencyDao.Entry.of(admission, idempotency));
        }
    }

    /** The entry's key stands for it from now on. */
    void give(IdempotencyDao.Entry entry) {
        holders.put(entry.key(), entry);
    }

    /** What a key stands for; null when it is nobody's. */
    IdempotencyDao.@Nullable Entry holder(IdempotencyDao.TeamKey key) {
        return holders.get(key);
    }

    /** The keys that stand for something else than the table has. */
    Collection<IdempotencyDao.TeamKey> lost() {
        return claims.values().stream()
                .filter(claim -> !claim.equals(holders.get(claim.key())))
                .map(IdempotencyDao.Entry::key)
                .toList();
    }
}
