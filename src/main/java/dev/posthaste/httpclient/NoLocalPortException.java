package dev.posthaste.httpclient;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;

/**
 * An address could not be connected to because every local port towards it is taken. The system has one word for that and
 * for an address that nothing on this machine can reach; a datagram socket, whose ports are others, tells the two apart.
 */
final class NoLocalPortException extends IOException {
    private static final long serialVersionUID = 1L;

    private NoLocalPortException(IOException failure) {
        super(failure.getMessage(), failure);
    }

    /** The failure to connect, as this if it is one. Sends nothing. */
    static IOException orSame(IOException failure, InetSocketAddress address) {
        return failure instanceof BindException && isReachable(address) ? new NoLocalPortException(failure) : failure;
    }

    private static boolean isReachable(InetSocketAddress address) {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
