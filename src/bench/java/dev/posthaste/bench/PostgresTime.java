package dev.posthaste.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much of the processors PostgreSQL has used, those of its processes that have ended included. On Linux only. */
final class PostgresTime {
    /** What {@code getconf CLK_TCK} says everywhere. */
    private static final double TICKS_A_SECOND = 100;

    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int ENDED_USER = 13;
    private static final int ENDED_SYSTEM = 14;

    private final ProcessHandle postmaster;

    private PostgresTime(ProcessHandle postmaster) {
        this.postmaster = postmaster;
    }

    /** Of the server with the data directory. */
    static PostgresTime of(Path dataDirectory) throws IOException {
        String pid = Files.readAllLines(dataDirectory.resolve("postmaster.pid")).get(0);
        return new PostgresTime(
                ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow(() -> new IOException("no process " + pid)));
    }

    /** Since its start, in microseconds. */
    double micros() throws IOException {
        double ticks = ticks(postmaster, List.of(USER, SYSTEM, ENDED_USER, ENDED_SYSTEM));
        for (ProcessHandle child : postmaster.children().toList()) {
            ticks += ticks(child, List.of(USER, SYSTEM));
        }
        return ticks / TICKS_A_SECOND * 1e6;
    }

    private static double ticks(ProcessHandle process, List<Integer> fields) throws IOException {
        Path file = Path.of("/proc", String.valueOf(process.pid()), "stat");
        if (!Files.exists(file)) {
            return 0;
        }
        String line = Files.readString(file);
        // Behind the name, which may have blanks.
        String[] parts = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return fields.stream().mapToLong(field -> Long.parseLong(parts[field])).sum();
    }
}
