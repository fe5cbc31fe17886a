package dev.posthaste.edge;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many connections callers may have open, from what the process has: descriptors, of which it needs some for its own
 * files, for its database and for what it sends, and heap, of which a connection holds its head until that is whole.
 *
 * @param api on the connectors of the API
 * @param admin on those of the admin port
 */
public record ConnectionRoom(int api, int admin) {
    private static final int FEWEST = 16;
    private static final int MAX_ADMIN = 256;
    private static final int SHARE_OF_ADMIN = 64;
    /** The jar, the sockets that listen, the selectors. */
    private static final int OWN_FILES = 64;
    /** However much is sent at the same time. */
    private static final int SHARE_OF_CALLERS = 8;
    /** Jetty's objects with a head as text and as fields, several times over. */
    private static final int MIN_HEAP_OF_ONE = 64 * 1024;

    private static final int HEAP_OF_HEAD = 8;

    /**
     * What this process has room for.
     *
     * @param toDatabase connections to the database
     * @param toSend requests in flight
     * @param headBytes of a request, at most
     */
    public static ConnectionRoom ofThisProcess(int toDatabase, int toSend, int headBytes) {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean machine
                ? machine.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
        return of(files, Runtime.getRuntime().maxMemory(), toDatabase, toSend, headBytes);
    }

    static ConnectionRoom of(long files, long heapBytes, int toDatabase, int toSend, int headBytes) {
        int admin = (int) Math.max(FEWEST, Math.min(MAX_ADMIN, files / SHARE_OF_ADMIN));
        long left = files - OWN_FILES - admin - toDatabase - toSend;
        long byFiles = Math.max(files / SHARE_OF_CALLERS, left);
        long max = Math.max(FEWEST, Math.min(byFiles, heapBytes / Math.max(MIN_HEAP_OF_ONE, HEAP_OF_HEAD * headBytes)));
        return new ConnectionRoom((int) Math.min(Integer.MAX_VALUE, max), admin);
    }
}
