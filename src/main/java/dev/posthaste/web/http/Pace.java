package dev.posthaste.web.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How fast a client has to send or read, and by how much it may fall behind that: what it holds meanwhile is kept from
 * others. Not thread-safe.
 */
final class Pace {
    private final long bytesPerSecond;
    private final long slack;
    private long left;

    /** @param slack how far it may fall behind */
    Pace(long bytesPerSecond, Duration slack) {
        this.bytesPerSecond = bytesPerSecond;
        this.slack = slack.toNanos();
        this.left = this.slack;
    }

    /** So many bytes have passed while somebody waited for that client, and for nothing else. */
    void passed(long bytes, long nanos) {
        left = Math.min(slack, left - nanos + nanosFor(bytes));
    }

    /** By how much it has fallen behind. */
    Duration behind() {
        return Duration.ofNanos(slack - left);
    }

    boolean isTooSlow() {
        return left < 0;
    }

    /** How long it may take for so many bytes from now on; not negative. */
    Duration timeFor(long bytes) {
        return Duration.ofNanos(Math.max(0, left) + nanosFor(bytes));
    }

    private long nanosFor(long bytes) {
        return bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
    }
}
