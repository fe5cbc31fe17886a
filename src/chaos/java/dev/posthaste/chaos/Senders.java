package dev.posthaste.chaos;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Tells which node holds the other end of a connection, as Linux shows it under {@code /proc}. Thread-safe. */
final class Senders {
    /** Local and remote address, state, queues, timers, retries, user, timeout, inode. */
    private static final Pattern LINE = Pattern.compile(
            "\\s*\\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) \\S+ \\S+ \\S+ \\S+\\s+\\d+\\s+\\d+ (\\d+) .*");

    /** Node by process id. */
    private final Map<Long, Integer> nodes = new ConcurrentHashMap<>();

    void runs(long pid, int node) {
        nodes.put(pid, node);
    }

    /**
     * Whose a connection is.
     *
     * @param port the sender's
     * @param receiver the receiver's
     * @return {@link Received#UNKNOWN_NODE} where it cannot be seen, for example because the process has ended
     */
    int nodeOf(int port, int receiver) {
        try {
            Optional<String> inode = inode(port, receiver);
            return inode.isEmpty() ? Received.UNKNOWN_NODE : holderOf("socket:[" + inode.get() + "]");
        } catch (IOException e) {
            return Received.UNKNOWN_NODE;
        }
    }

    private static Optional<String> inode(int port, int receiver) throws IOException {
        for (Path table : new Path[] {Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6")}) {
            if (!Files.exists(table)) {
                continue;
            }
            try (Stream<String> lines = Files.lines(table)) {
                Optional<String> inode = lines.map(LINE::matcher)
                        .filter(Matcher::matches)
                        .filter(line ->
                                line.group(1).equals(hex(port)) && line.group(2).equals(hex(receiver)))
                        .map(line -> line.group(3))
                        .findFirst();
                if (inode.isPresent()) {
                    return inode;
                }
            }
        }
        return Optional.empty();
    }

    private static String hex(int port) {
        return String.format(Locale.ROOT, "%04X", port);
    }

    private int holderOf(String socket) {
        for (Map.Entry<Long, Integer> node : nodes.entrySet()) {
            if (holds(node.getKey(), socket)) {
                return node.getValue();
            }
        }
        return Received.UNKNOWN_NODE;
    }

    private static boolean holds(long pid, String socket) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc", String.valueOf(pid), "fd"))) {
            for (Path file : files) {
                if (isLinkTo(file, socket)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // It has ended.
        }
        return false;
    }

    private static boolean isLinkTo(Path file, String socket) {
        try {
            return Files.readSymbolicLink(file).toString().equals(socket);
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }
}
