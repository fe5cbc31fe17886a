package dev.posthaste.oneshots;

import java.time.Instant;

/**
 * A one-shot that this node, or for recovery another node, has claimed.
 *
 * @param claim names what was taken of a group at once; a one-shot that was recovered is claimed anew
 * @param place among what the claim took, from 1 on
 * @param of how many the claim took
 * @param due when it was due, by the database's clock
 * @param firedAt when it was claimed, by the database's clock
 * @param weight see {@link OneShot#weight}
 */
public record ClaimedOneShot(
        OneShotKey key, String kind, String claim, int place, int of, Instant due, Instant firedAt, int weight) {
    /** Names this firing. */
    public String entryId() {
        return claim + "." + place;
    }

    @Override
    public int hashCode() {
        return claim.hashCode() * 31 + place;
    }

    /** Claim and place say it all. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ClaimedOneShot firing && place == firing.place && claim.equals(firing.claim);
    }
}
