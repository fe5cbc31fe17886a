package dev.posthaste.oneshots;

import org.jspecify.annotations.Nullable;

/** A one-shot that this node has claimed: what it is made with, and what has come of it. Thread-safe. */
public final class Firing {
    private final ClaimedOneShot shot;
    private final @Nullable Object prepared;
    private final long term;
    private volatile boolean ended;
    private volatile boolean handedOver;
    private volatile boolean firesAgainSoon;

    /**
     * One that has just been claimed.
     *
     * @param prepared what its port has prepared for it, null if nothing
     * @param term of the node's membership, in which it was claimed
     */
    Firing(ClaimedOneShot shot, @Nullable Object prepared, long term) {
        this.shot = shot;
        this.prepared = prepared;
        this.term = term;
    }

    /** Which firing it is. */
    public ClaimedOneShot shot() {
        return shot;
    }

    @Nullable
    Object prepared() {
        return prepared;
    }

    long term() {
        return term;
    }

    /** Its outcome is recorded: there is nothing left to release. */
    void end() {
        ended = true;
    }

    /** It could not be made just now, through no fault of its own. */
    void fireAgainSoon() {
        firesAgainSoon = true;
    }

    /** Its port has it from now on: its request may leave. */
    void handOver() {
        handedOver = true;
    }

    /** Its port has given it back: nothing has left. */
    void takeBack() {
        handedOver = false;
    }

    boolean wasHandedOver() {
        return handedOver;
    }

    /** Whether nothing has come of it. */
    boolean isUnsent() {
        return !handedOver || firesAgainSoon;
    }

    boolean firesAgainSoon() {
        return firesAgainSoon;
    }

    boolean hasEnded() {
        return ended;
    }
}
