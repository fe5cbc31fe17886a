package dev.posthaste.stats;

import dev.posthaste.queues.Tally;
import java.util.Comparator;

/** What has happened in a minute or an hour, in a queue or to all of a team. */
record StatsRow(Key key, Tally tally, Times lateness, Times duration) {
    /** Whose it is; in the order in which rows are written. */
    record Key(long teamId, long queueId) implements Comparable<Key> {
        /** Queues have numbers from 1 on. */
        private static final long ALL = 0;

        private static final Comparator<Key> ORDER =
                Comparator.comparingLong(Key::teamId).thenComparingLong(Key::queueId);

        /** All that a team has, queues or not. */
        static Key ofTeam(long teamId) {
            return new Key(teamId, ALL);
        }

        /** Whether it is a queue's, and neither a team's nor that of what belongs to no queue. */
        boolean isOfQueue() {
            return queueId > 0;
        }

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    static StatsRow of(Key key, Tally tally) {
        return new StatsRow(key, tally, new Times(), new Times());
    }

    static StatsRow of(Key key, RecentTimes.OfQueue times) {
        return new StatsRow(key, Tally.NONE, times.lateness(), times.duration());
    }

    /** Both together, under this one's key. */
    StatsRow plus(StatsRow other) {
        StatsRow sum = new StatsRow(key, tally.plus(other.tally), new Times(), new Times());
        sum.lateness.add(lateness);
        sum.lateness.add(other.lateness);
        sum.duration.add(duration);
        sum.duration.add(other.duration);
        return sum;
    }

    /** The same of somebody else. */
    StatsRow under(Key other) {
        return new StatsRow(other, tally, lateness, duration);
    }
}
