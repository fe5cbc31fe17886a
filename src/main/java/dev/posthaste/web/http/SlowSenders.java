package dev.posthaste.web.http;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/**
 * The callers whose bodies do not come as fast as they are read. Each holds a thread, and the threads are for the others as
 * well: beyond a number, whoever has been sending longest is cut off. Thread-safe.
 */
public final class SlowSenders {
    /** What everybody has who sends over a slow line, as long as there are no more than twice as many as may be. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private final int max;
    private final Set<Sender> sending = new LinkedHashSet<>();

    /** @param max so many at a time */
    public SlowSenders(int max) {
        this.max = max;
    }

    /** Somebody's body has to be waited for. */
    Sender begin(ClientConnection connection) {
        Sender sender = new Sender(connection, NanoTime.now());
        Sender cutOff;
        synchronized (sending) {
            sending.add(sender);
            cutOff = sending.size() > max ? oldest() : null;
        }
        if (cutOff != null) {
            cutOff.connection.end();
        }
        return sender;
    }

    private @Nullable Sender oldest() {
        Iterator<Sender> oldestFirst = sending.iterator();
        Sender oldest = oldestFirst.next();
        boolean isDue = NanoTime.since(oldest.beganNanos) >= GRACE.toNanos() || sending.size() > 2 * max;
        if (isDue) {
            oldestFirst.remove();
        }
        return isDue ? oldest : null;
    }

    /** One of them, until its body is there. */
    final class Sender implements AutoCloseable {
        private final ClientConnection connection;
        private final long beganNanos;

        private Sender(ClientConnection connection, long beganNanos) {
            this.connection = connection;
            this.beganNanos = beganNanos;
        }

        @Override
        public void close() {
            synchronized (sending) {
                sending.remove(this);
            }
        }
    }
}
