package dev.posthaste.lifecycle;

/** What follows when a node dies while a request is in flight: the job runs again, a few times. */
public final class Interruptions {
    /** So many interruptions fail the attempt. */
    public static final int MAX = 3;

    private Interruptions() {}

    /** Whether the attempt fails with its {@code count}-th interruption. */
    public static boolean isTooMany(int count) {
        return count >= MAX;
    }
}
