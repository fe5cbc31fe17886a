package dev.posthaste.edge;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections one address may have open: one more is closed at once, because waiting it would stand in the way of
 * others. With IPv6 those of 64 bits are one, as whoever has one of them has all. Says so once a minute. Thread-safe.
 */
final class AddressLimit implements Connection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(AddressLimit.class);
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();
    private static final int NETWORK_BYTES = 8;

    private final int max;
    private final Map<ByteBuffer, Integer> open = new ConcurrentHashMap<>();

    /** By its connection, because a closed one does not tell its address. */
    private final Map<Connection, ByteBuffer> callers = new ConcurrentHashMap<>();

    private final AtomicLong saidNanos = new AtomicLong(NanoTime.now() - PAUSE);

    /** @param max of one address */
    AddressLimit(int max) {
        this.max = max;
    }

    @Override
    public void onOpened(Connection connection) {
        if (isOnNetwork(connection)
                && connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress caller) {
            ByteBuffer network = network(caller.getAddress());
            callers.put(connection, network);
            if (open.merge(network, 1, Integer::sum) > max) {
                say(caller);
                connection.getEndPoint().close();
            }
        }
    }

    @Override
    public void onClosed(Connection connection) {
        ByteBuffer network = callers.remove(connection);
        if (network != null) {
            open.computeIfPresent(network, (any, count) -> count == 1 ? null : count - 1);
        }
    }

    /** A connection with TLS is two, one in the other. */
    private static boolean isOnNetwork(Connection connection) {
        return !(connection.getEndPoint() instanceof SslConnection.SslEndPoint);
    }

    static ByteBuffer network(InetAddress address) {
        byte[] octets = address.getAddress();
        return ByteBuffer.wrap(address instanceof Inet6Address ? Arrays.copyOf(octets, NETWORK_BYTES) : octets);
    }

    private void say(InetSocketAddress caller) {
        long said = saidNanos.get();
        if (NanoTime.since(said) >= PAUSE && saidNanos.compareAndSet(said, NanoTime.now())) {
            LOG.warn(
                    "{} has all {} connections that one address may have open, further ones are closed"
                            + " (callers.maxConnectionsPerAddress)",
                    caller.getAddress().getHostAddress(),
                    max);
        }
    }
}
