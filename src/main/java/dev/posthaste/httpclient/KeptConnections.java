package dev.posthaste.httpclient;

import dev.posthaste.httpclient.Transport.Sight;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * The connections that nobody uses at the moment, those of each host in the order in which they fell idle. A host without
 * any leaves no trace. Thread-safe.
 */
final class KeptConnections {
    private final HostHabits habits;
    private final Consumer<WatchedConnection> discard;
    private final ConcurrentMap<HttpHost, Deque<WatchedConnection>> idle = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** @param discard what is done with connections that are of no more use */
    KeptConnections(HostHabits habits, Consumer<WatchedConnection> discard) {
        this.habits = habits;
        this.discard = discard;
    }

    int count() {
        return count.get();
    }

    int hosts() {
        return idle.size();
    }

    /** The one that was used last and on which nothing lies; null when there is none. */
    @Nullable
    WatchedConnection take(HttpHost host) {
        for (WatchedConnection last = remove(host, true); last != null; last = remove(host, true)) {
            if (discardUnlessOfUse(host, last)) {
                return last;
            }
        }
        return null;
    }

    void add(HttpHost host, WatchedConnection connection) {
        idle.compute(host, (any, kept) -> {
            Deque<WatchedConnection> all = kept == null ? new ArrayDeque<>() : kept;
            all.addLast(connection);
            count.incrementAndGet();
            return all;
        });
    }

    /** Bytes that nobody asked for came from the host: its other connections are not to be trusted either. */
    void foundUnread(HttpHost host) {
        habits.sentUnasked(host);
        for (WatchedConnection other = remove(host, true); other != null; other = remove(host, true)) {
            discard.accept(other);
        }
    }

    /** Discards one, of any host; false when there is none. */
    boolean discardOne() {
        for (HttpHost host : idle.keySet()) {
            WatchedConnection oldest = remove(host, false);
            if (oldest != null) {
                discard.accept(oldest);
                return true;
            }
        }
        return false;
    }

    /** Discards what has idled for too long, and that on which something lies. */
    void sweep() {
        for (HttpHost host : idle.keySet()) {
            // As many as there are now; each is this thread's alone while it is looked at.
            for (int left = count(host); left > 0; left--) {
                WatchedConnection oldest = remove(host, false);
                if (oldest == null) {
                    break;
                }
                if (discardUnlessOfUse(host, oldest)) {
                    add(host, oldest);
                }
            }
        }
    }

    private int count(HttpHost host) {
        int[] kept = new int[1];
        idle.computeIfPresent(host, (any, all) -> {
            kept[0] = all.size();
            return all;
        });
        return kept[0];
    }

    /** Whatever the look brings, the connection is somebody's. */
    private boolean discardUnlessOfUse(HttpHost host, WatchedConnection connection) {
        boolean isOfUse = false;
        try {
            isOfUse = isOfUse(host, connection);
            return isOfUse;
        } finally {
            if (!isOfUse) {
                discard.accept(connection);
            }
        }
    }

    private boolean isOfUse(HttpHost host, WatchedConnection connection) {
        if (connection.isKeptTooLong()) {
            return false;
        }
        Sight sight = connection.look();
        if (sight == Sight.UNREAD) {
            foundUnread(host);
        } else if (sight == Sight.CLOSED) {
            habits.closedAfter(host, connection.idleNanos());
        }
        return sight == Sight.QUIET;
    }

    private @Nullable WatchedConnection remove(HttpHost host, boolean last) {
        // The map runs the function under its lock for the host: one array cell is its way out.
        WatchedConnection[] removed = new WatchedConnection[1];
        idle.computeIfPresent(host, (any, kept) -> {
            removed[0] = last ? kept.pollLast() : kept.pollFirst();
            return kept.isEmpty() ? null : kept;
        });
        if (removed[0] != null) {
            count.decrementAndGet();
        }
        return removed[0];
    }
}
