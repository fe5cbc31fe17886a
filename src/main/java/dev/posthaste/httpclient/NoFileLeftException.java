package dev.posthaste.httpclient;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * What may be open of sockets to send on is open. The rest of the process' descriptors are for its database and for its
 * callers: without the one a node would lose its lease, and without the other nobody could ask it why.
 */
final class NoFileLeftException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The process itself, the pools of connections to the database, and the admin port. */
    private static final long KEPT_FOR_OTHERS = 96;

    NoFileLeftException() {
        super("every file descriptor that sending may take is taken");
    }

    /** How many sockets may be open to send on. */
    static int maxFiles() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean machine)) {
            return Integer.MAX_VALUE;
        }
        long all = machine.getMaxFileDescriptorCount();
        // Callers may have an eighth of all, however many requests are in flight.
        long kept = Math.min(all / 2, KEPT_FOR_OTHERS + all / 8);
        return (int) Math.min(Integer.MAX_VALUE, all - kept);
    }
}
