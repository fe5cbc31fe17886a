package dev.posthaste.httpclient;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of several addresses that lets it: the next one is tried when the last has failed or has kept
 * silent for a quarter of a second, and those tried before may still win (the idea of RFC 8305). The families take turns.
 * The winner is tried first for a while. Thread-safe.
 */
final class AddressRace {
    static final Duration HEAD_START = Duration.ofMillis(250);

    private static final int MAX_REMEMBERED = 10_000;

    private final Cache<HttpHost, InetAddress> winners = Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfterWrite(Duration.ofMinutes(10))
            .build();
    private final Duration headStart;

    /** @param headStart for how long one may keep silent until the next is tried */
    AddressRace(Duration headStart) {
        this.headStart = headStart;
    }

    /** A channel that is connected and blocks. */
    SocketChannel run(HttpHost host, List<InetAddress> addresses, Deadline deadline) throws IOException {
        SocketChannel winner;
        List<SocketChannel> started = new ArrayList<>();
        boolean isWon = false;
        try {
            winner = winner(host, order(host, addresses), deadline, started);
            winner.configureBlocking(true);
            if (winner.getRemoteAddress() instanceof InetSocketAddress remote) {
                winners.put(host, remote.getAddress());
            }
            started.remove(winner);
            isWon = true;
        } finally {
            started.forEach(Closer::closeQuietly);
            if (!isWon) {
                winners.invalidate(host);
            }
        }
        return winner;
    }

    /** The remembered winner, then one of each family in turn, beginning with the family of the first. */
    List<InetAddress> order(HttpHost host, List<InetAddress> addresses) {
        Deque<InetAddress> first = new ArrayDeque<>();
        Deque<InetAddress> second = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            boolean isOfFirst = address.getClass() == addresses.get(0).getClass();
            (isOfFirst ? first : second).add(address);
        }
        List<InetAddress> order = new ArrayList<>(addresses.size());
        InetAddress winner = winners.getIfPresent(host);
        if (winner != null && (first.remove(winner) || second.remove(winner))) {
            order.add(winner);
        }
        while (!first.isEmpty() || !second.isEmpty()) {
            if (!first.isEmpty()) {
                order.add(first.remove());
            }
            if (!second.isEmpty()) {
                order.add(second.remove());
            }
        }
        return order;
    }

    private SocketChannel winner(HttpHost host, List<InetAddress> order, Deadline deadline, List<SocketChannel> started)
            throws IOException {
        Thread racing = Thread.currentThread();
        deadline.puts(() -> {
            LockSupport.unpark(racing);
            return true;
        });
        Course course = new Course(host.getPort(), headStart, new ArrayDeque<>(order), started);
        SocketChannel winner = null;
        while (winner == null) {
            if (deadline.hasPassed()) {
                throw new SocketTimeoutException("no address answered in time");
            }
            winner = course.step();
        }
        return winner;
    }

    /** The course of one race. It looks at those under way again and again. */
    private static final class Course {
        private final int port;
        private final Duration headStart;
        private final Deque<InetAddress> untried;
        private final List<SocketChannel> started;
        private final List<SocketChannel> underWay = new ArrayList<>();
        private final GrowingPause pause = new GrowingPause();
        private long nextStart = System.nanoTime();
        private @Nullable IOException failure;

        Course(int port, Duration headStart, Deque<InetAddress> untried, List<SocketChannel> started) {
            this.port = port;
            this.headStart = headStart;
            this.untried = untried;
            this.started = started;
        }

        @Nullable
        SocketChannel step() throws IOException {
            InetAddress next = untried.peek();
            if (next != null && (underWay.isEmpty() || System.nanoTime() - nextStart >= 0)) {
                untried.remove();
                nextStart = System.nanoTime() + headStart.toNanos();
                return start(next);
            }
            if (underWay.isEmpty()) {
                throw failure == null ? new IOException("there is no address") : failure;
            }
            for (SocketChannel channel : List.copyOf(underWay)) {
                if (hasConnected(channel)) {
                    return channel;
                }
            }
            pause.await(untried.isEmpty() ? Long.MAX_VALUE : nextStart - System.nanoTime());
            return null;
        }

        private @Nullable SocketChannel start(InetAddress address) throws IOException {
            SocketChannel channel = SocketChannel.open();
            started.add(channel);
            channel.configureBlocking(false);
            try {
                if (Dialer.connect(channel, new InetSocketAddress(address, port))) {
                    return channel;
                }
                underWay.add(channel);
            } catch (IOException e) {
                failed(channel, e);
            }
            return null;
        }

        private boolean hasConnected(SocketChannel channel) {
            try {
                return channel.finishConnect();
            } catch (IOException e) {
                underWay.remove(channel);
                failed(channel, e);
                return false;
            }
        }

        /** The next one need not wait any longer. */
        private void failed(SocketChannel channel, IOException why) {
            Closer.closeQuietly(channel);
            failure = failure instanceof NoLocalPortException ? failure : why;
            nextStart = System.nanoTime();
        }
    }
}
