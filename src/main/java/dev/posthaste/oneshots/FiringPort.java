package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one-shots of one kind set off. Implemented by the user of this package; every method may be called by many threads. */
public interface FiringPort {
    /**
     * Loads what a batch of claimed one-shots needs, in the transaction that claims them, so that a firing costs no
     * statement of its own.
     *
     * @return by key; a one-shot without an entry is still fired, with null
     */
    Map<OneShotKey, ?> prepare(Connection connection, List<ClaimedOneShot> claimed) throws SQLException;

    /**
     * Whether one of many may be at fault that {@link #prepare} or {@link #interrupted} failed for all, so that the others pass
     * without it; not while it is the database that cannot.
     */
    boolean isFaultOfOne(Exception failure);

    /**
     * Runs one firing. What it returns completes when the outcome is recorded, which includes {@link OneShots#complete} for
     * it; the thread is not needed until then, the firing's slot is taken. If either fails, the one-shot fires again, after a
     * {@link PutBackException} soon and without a word.
     *
     * @param prepared what {@link #prepare} gave for it, null if nothing
     * @param lastLook to be taken after everything that may take long, right before what cannot be undone
     */
    CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook)
            throws InterruptedException;

    /** Whether what the firing was claimed under still holds: when it has run out, another node may be making the firing. */
    interface LastLook {
        /**
         * Returns while it holds.
         *
         * @throws PutBackException when it does not, to end the firing with
         */
        void take();
    }

    /** Whether outcomes cannot be recorded just now, so that nothing further is claimed. */
    default boolean isHeldUp() {
        return false;
    }

    /**
     * Told, in the transaction that recovers them, about firings of a node that died or lost its lease, whether or not
     * they had really begun.
     *
     * @return those that must not fire again: their triggers are removed instead of going back to waiting
     */
    Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned) throws SQLException;
}
