package dev.posthaste.egress;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Tells which addresses are this machine's; they may change while it runs. Thread-safe. */
class LocalAddresses {
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Snapshot(Set<InetAddress> addresses, long takenAt) {}

    private volatile Snapshot snapshot = new Snapshot(Set.of(), System.nanoTime() - KEPT_NANOS);

    boolean contains(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || current().contains(address);
    }

    private Set<InetAddress> current() {
        Snapshot last = snapshot;
        if (System.nanoTime() - last.takenAt() >= KEPT_NANOS) {
            last = new Snapshot(read(), System.nanoTime());
            snapshot = last;
        }
        return last.addresses();
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
