package dev.posthaste.ops;

import dev.posthaste.jobs.OwedTriggers;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, a page at a time, for what is pending and has no trigger, and gives it one. Remembers where it was. Used by one thread
 * at a time.
 */
final class LostTriggers {
    private static final Logger LOG = LoggerFactory.getLogger(LostTriggers.class);
    private static final int PAGE = 2_000;

    private final String what;
    private final OwedTriggers owed;
    private final OneMoment moments;
    private final OneShots oneShots;
    private OwedTriggers.@Nullable Position upTo;

    /** @param what the log calls one of them */
    LostTriggers(String what, OwedTriggers owed, OneMoment moments, OneShots oneShots) {
        this.what = what;
        this.owed = owed;
        this.moments = moments;
        this.oneShots = oneShots;
    }

    /** Begins at the beginning. */
    void restart() {
        upTo = null;
    }

    /** Mends until the share is used up, or all was looked at; returns how many had been lost. */
    int mend(Share share) throws SQLException {
        int found = 0;
        do {
            OwedTriggers.Page page = moments.run(connection -> owed.pendingAfter(connection, upTo, PAGE));
            found += mend(page.pending());
            upTo = page.upTo();
        } while (upTo != null && share.isLeft());
        return found;
    }

    private int mend(List<OneShotKey> looked) throws SQLException {
        List<OneShot> lost = looked.isEmpty() ? List.of() : moments.run(connection -> storeMissing(connection, looked));
        oneShots.committed(lost);
        return lost.size();
    }

    /** Some of them may have ended since they were looked for: whoever is pending now has a trigger at this moment. */
    private List<OneShot> storeMissing(Connection connection, List<OneShotKey> looked) throws SQLException {
        Set<OneShotKey> missing = oneShots.missing(connection, looked);
        if (missing.isEmpty()) {
            return List.of();
        }
        List<OneShot> lost = owed.hold(
                connection, missing.stream().map(key -> Triggers.idOf(key)).toList());
        for (OneShot one : lost) {
            LOG.warn(
                    "{} {} was pending and nothing would have sent it: rows were removed by hand, or restored without"
                            + " them. It is sent when it is due, at {}",
                    what,
                    Triggers.idOf(one.key()),
                    one.due());
        }
        oneShots.store(connection, lost);
        return lost;
    }
}
