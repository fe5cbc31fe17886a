package dev.posthaste.egress;

import com.google.common.base.Suppliers;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Tells which addresses are this machine's; they may change while it runs. Thread-safe. */
class LocalAddresses {
    private static final Duration KEPT = Duration.ofSeconds(10);

    private final Supplier<Set<InetAddress>> current = Suppliers.memoizeWithExpiration(LocalAddresses::read, KEPT);

    boolean contains(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || current.get().contains(address);
    }

    private static Set<InetAddress> read() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .collect(Collectors.toSet());
        } catch (SocketException e) {
            throw new IllegalStateException("the machine does not tell its addresses", e);
        }
    }
}
