package dev.posthaste.web.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Until when a client has to send more of a body. It is looked at when it was to be over at first, and then again, so that
 * what comes in between costs no timer. Thread-safe.
 */
final class SendingDeadline {
    /** How much longer than without bytes a caller may take who sends some that are not of the body. */
    private static final Duration FRAMING = Duration.ofSeconds(1);

    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final ClientConnection connection;
    private long atNanos;
    private boolean isWaiting;
    private boolean isPast;
    private Scheduler.@Nullable Task look;

    SendingDeadline(ClientConnection connection) {
        this.connection = connection;
    }

    /** Its client is waited for, no longer than that. */
    synchronized void beginWait(Duration time) {
        atNanos = NanoTime.now() + time.toNanos();
        isWaiting = true;
        if (look == null) {
            look = connection.schedule(this::look, time);
        }
    }

    /** Something has come, or the wait was ended. */
    synchronized void endWait() {
        isWaiting = false;
        if (isPast) {
            isPast = false;
            connection.mayBeSilentAsUsual();
        }
    }

    /** Nobody waits any more. */
    synchronized void end() {
        endWait();
        if (look != null) {
            look.cancel();
            look = null;
        }
    }

    private synchronized void look() {
        if (!isWaiting) {
            // Whoever begins to wait again looks again.
            look = null;
        } else if (isPast) {
            // What frames a body breaks the silence and is no part of it: a chunk that never begins would be waited for
            // for ever.
            connection.end();
        } else {
            long left = NanoTime.until(atNanos);
            isPast = left <= 0;
            if (isPast) {
                connection.mayBeSilentFor(AT_ONCE);
            }
            look = connection.schedule(
                    this::look, isPast ? FRAMING : Duration.ofNanos(Math.max(left, TimeUnit.MILLISECONDS.toNanos(1))));
        }
    }
}
