package dev.posthaste.quartz;

/** Told of each claim that took something, by the scheduler's thread, which must not be held up. */
public interface ClaimObserver {
    /** So many one-shots were claimed within so long. */
    void claimed(int oneShots, long nanos);
}
