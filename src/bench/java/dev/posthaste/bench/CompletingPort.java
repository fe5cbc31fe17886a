package dev.posthaste.bench;

import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.FiringPort;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.sql.SqlFailure;
import dev.posthaste.sql.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A firing that does the work of a bench and has ended when its completion is committed. Thread-safe. */
final class CompletingPort implements FiringPort {
    private final GroupCommit<ClaimedOneShot, Boolean> completion;
    private final Contender.Work work;

    CompletingPort(GroupCommit<ClaimedOneShot, Boolean> completion, Contender.Work work) {
        this.completion = completion;
        this.work = work;
    }

    @Override
    public boolean isFaultOfOne(Exception failure) {
        return SqlFailure.isOfTheData(failure);
    }

    @Override
    public Map<OneShotKey, ?> prepare(Connection connection, List<ClaimedOneShot> claimed) {
        return Map.of();
    }

    @Override
    public CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook)
            throws InterruptedException {
        try {
            work.run(shot.key().name());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return completion.enqueue(shot);
    }

    @Override
    public Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned) {
        return Set.of();
    }

    /** Ends many firings in one transaction. */
    record Completing(OneShots oneShots) implements GroupCommit.Work<ClaimedOneShot, Boolean> {
        @Override
        public List<Boolean> write(Transaction transaction, List<ClaimedOneShot> entries) throws SQLException {
            Set<ClaimedOneShot> owned = oneShots.complete(transaction.connection(), entries);
            return entries.stream().map(entry -> owned.contains(entry)).toList();
        }
    }
}
