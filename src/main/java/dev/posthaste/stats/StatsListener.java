package dev.posthaste.stats;

import dev.posthaste.queues.Tally;
import java.util.Collection;

/** Told of what has happened after it is committed, by threads that must not be held up. */
public interface StatsListener {
    /** Nobody. */
    StatsListener NONE = new StatsListener() {
        @Override
        public void ended(Collection<Attempt> attempts) {}

        @Override
        public void tallied(Tally tally) {}
    };

    /** These have ended on this node. */
    void ended(Collection<Attempt> attempts);

    /** So much has happened on any node, which this one is the only one to be told of. */
    void tallied(Tally tally);
}
