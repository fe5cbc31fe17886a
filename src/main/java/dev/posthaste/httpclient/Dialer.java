package dev.posthaste.httpclient;

import dev.posthaste.egress.EgressDnsResolver;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections, to nothing but the addresses that the egress rules leave, or to nothing but the operator's proxy.
 * Sockets are those of channels: they can be looked at without waiting, and their reads cost no more. Thread-safe.
 */
final class Dialer {
    private final EgressDnsResolver resolver;
    private final TlsLayer tls;
    private final int maxHeadBytes;
    private final @Nullable Tunnels tunnels;
    private final AddressRace race = new AddressRace(AddressRace.HEAD_START);

    /**
     * Makes it.
     *
     * @param maxHeadBytes of an answer, with interim ones before it
     * @param tunnels the only way there is; null for straight ones
     */
    Dialer(EgressDnsResolver resolver, TlsLayer tls, int maxHeadBytes, @Nullable Tunnels tunnels) {
        this.resolver = resolver;
        this.tls = tls;
        this.maxHeadBytes = maxHeadBytes;
        this.tunnels = tunnels;
    }

    /** A new connection, within what is left of the exchange's time. */
    WatchedConnection dial(HttpHost host, OpenExchange exchange) throws IOException {
        Deadline deadline = exchange.deadline();
        SocketChannel channel = tunnels == null ? straight(host, exchange) : toProxy(tunnels, host, exchange);
        boolean isOpen = false;
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            deadline.puts(() -> close(channel));
            Wire wire = new Wire(channel);
            if (tunnels != null) {
                tunnels.open(wire, exchange, host.getPort());
            }
            SSLSocket layered = host.getSchemeName().equals("https") ? layered(wire, exchange, host.getPort()) : null;
            WatchedConnection connection = WatchedConnection.over(wire, layered, maxHeadBytes);
            isOpen = true;
            return connection;
        } finally {
            if (!isOpen) {
                close(channel);
            }
        }
    }

    private SocketChannel straight(HttpHost host, OpenExchange exchange) throws IOException {
        return connect(
                resolver.resolve(
                        exchange.host(),
                        host.getPort(),
                        exchange.owner(),
                        exchange.deadline().left()),
                host,
                exchange.deadline());
    }

    private SocketChannel toProxy(Tunnels tunnels, HttpHost host, OpenExchange exchange) throws IOException {
        List<InetAddress> addresses = tunnels.addresses(exchange, host.getPort());
        try {
            return connect(addresses, tunnels.proxy(), exchange.deadline());
        } catch (IOException e) {
            throw tunnels.notConnected(e);
        }
    }

    private SocketChannel connect(List<InetAddress> addresses, HttpHost host, Deadline deadline) throws IOException {
        return addresses.size() == 1 ? connect(addresses.get(0), host, deadline) : race.run(host, addresses, deadline);
    }

    private SSLSocket layered(Wire wire, OpenExchange exchange, int port) throws IOException {
        wire.greets(true);
        SSLSocket layered = tls.over(new WireSocket(wire), exchange.host(), port);
        wire.greets(false);
        return layered;
    }

    private static SocketChannel connect(InetAddress address, HttpHost host, Deadline deadline) throws IOException {
        SocketChannel channel = SocketChannel.open();
        boolean isConnected = false;
        try {
            deadline.puts(() -> close(channel));
            isConnected = connect(channel, new InetSocketAddress(address, host.getPort()));
            return channel;
        } finally {
            if (!isConnected) {
                close(channel);
            }
        }
    }

    /** As the channel's own, and says when it was for want of a local port. */
    static boolean connect(SocketChannel channel, InetSocketAddress address) throws IOException {
        try {
            return channel.connect(address);
        } catch (BindException e) {
            throw NoLocalPortException.orSame(e, address);
        }
    }

    private static boolean close(SocketChannel channel) {
        Closer.closeQuietly(channel);
        return true;
    }
}
