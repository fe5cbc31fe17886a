package dev.posthaste.oneshots;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What this node has seen of another one, look by look: what its row says, since when, and whether its presence was there.
 * Times are by this node's steady clock. Immutable.
 *
 * @param key of its presence; null when it has none
 * @param wasPresent whether the presence was there at this look or one before, and nothing but its end can have ended it since
 * @param absentNanos since when the row has said this without it; of no meaning while it is there
 */
record Sighting(
        long checkIn,
        long unchangedNanos,
        @Nullable Long key,
        boolean isPresent,
        boolean wasPresent,
        long absentNanos) {

    /**
     * What an instance's row says, and whether the lock that it names is held.
     *
     * @param key null when the node has no presence, as those of earlier builds
     */
    record Row(long checkIn, @Nullable Long key, boolean isPresent) {}

    /**
     * How far this node can tell the end of a presence from that of the database's server.
     *
     * @param stands whether its own presence is there
     * @param isUnbroken whether it is the same as at the look before
     */
    record Witness(boolean stands, boolean isUnbroken) {}

    /** The first look at it. */
    static Sighting first(Row row, Witness witness, long now) {
        boolean isSeen = witness.stands() && row.isPresent();
        return new Sighting(row.checkIn(), now, row.key(), row.isPresent(), isSeen, now);
    }

    /** The next look after this one. */
    Sighting then(Row row, Witness witness, long now) {
        boolean isUnchanged = checkIn == row.checkIn();
        boolean isStillAbsent = isUnchanged && !isPresent && !row.isPresent();
        boolean hadBeenPresent = wasPresent && Objects.equals(key, row.key()) && witness.isUnbroken();
        return new Sighting(
                row.checkIn(),
                isUnchanged ? unchangedNanos : now,
                row.key(),
                row.isPresent(),
                witness.stands() && (row.isPresent() || hadBeenPresent),
                isStillAbsent ? absentNanos : now);
    }

    /** Whether its row has said the same for so long. */
    boolean isUnchangedFor(Duration time, long now) {
        return now - unchangedNanos >= time.toNanos();
    }

    /**
     * Whether its presence has ended, and it has had so long to check in with another one and has not. A node that lives
     * misses its presence at its next check-in.
     */
    boolean isAbsentFor(Duration patience, long now) {
        return wasPresent && !isPresent && now - absentNanos >= patience.toNanos();
    }
}
