package dev.posthaste.cli;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * An address that somebody listens on, and the settings that chose it.
 *
 * @param who says of whom the sentences speak, such as {@code The API}
 * @param host a name or an address; null for all addresses of this machine
 * @param hostSetting where the host is chosen
 * @param portSetting where the port is chosen
 */
record ListenAddress(String who, @Nullable String host, int port, String hostSetting, String portSetting) {
    private static final int FIRST_OF_EVERYBODY = 1_024;

    /** Looked up now. */
    InetSocketAddress resolve() {
        return host == null ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    /** Whether both cannot be listened on at the same time. Port 0 is a different one each time. */
    boolean overlaps(ListenAddress other) {
        InetAddress address = resolve().getAddress();
        InetAddress another = other.resolve().getAddress();
        return port != 0
                && port == other.port
                && address != null
                && another != null
                && (address.equals(another) || address.isAnyLocalAddress() || another.isAnyLocalAddress());
    }

    /**
     * Why it cannot be listened on, and what to change.
     *
     * @param failure what the attempt ended with
     */
    String refusal(Throwable failure) {
        return who + " cannot listen on " + this + ": " + reason(failure);
    }

    private String reason(Throwable failure) {
        InetAddress address = resolve().getAddress();
        if (address == null) {
            return "the name cannot be resolved. Choose an address of this machine, or 0.0.0.0 for all of them ("
                    + hostSetting + ").";
        }
        if (String.valueOf(failure.getMessage()).contains("Permission denied")) {
            return (port < FIRST_OF_EVERYBODY
                            ? "a port below 1024 needs rights that this user does not have"
                            : "the system does not permit it")
                    + ". Choose another port (" + portSetting + ").";
        }
        if (!isOfThisMachine(address)) {
            return "this machine has no such address. Choose one that it has, or 0.0.0.0 for all of them ("
                    + hostSetting + ").";
        }
        return failure instanceof BindException
                ? "another program does. Stop that one, or choose another port (" + portSetting + ")."
                : failure.getMessage() + ". Choose another address (" + hostSetting + ").";
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            // Nothing is known against it.
            return true;
        }
    }

    /** The same with the port that it turned out to be. */
    ListenAddress at(int actualPort) {
        return new ListenAddress(who, host, actualPort, hostSetting, portSetting);
    }

    /** As in a URL. */
    @Override
    public String toString() {
        String shown = host == null ? "0.0.0.0" : host;
        return (shown.contains(":") && !shown.startsWith("[") ? "[" + shown + "]" : shown) + ":" + port;
    }
}
