package dev.posthaste.faults;

import dev.posthaste.system.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The clock of other processes, which a test sets while they run; their steady clock goes on. Not thread-safe. */
final class SetClock {
    private final Path library;
    private final Path file;
    private final Map<String, String> howOftenRead;
    private Duration offset = Duration.ZERO;

    private SetClock(Path library, Path file, Map<String, String> howOftenRead) {
        this.library = library;
        this.file = file;
        this.howOftenRead = howOftenRead;
    }

    /** Right at first; what is set holds at once. */
    static SetClock atOnce(Path library) throws IOException {
        return of(library, Map.of("FAKETIME_NO_CACHE", "1"));
    }

    /** Right at first; what is set holds within a second or two. A JVM that opened a file at each look at the clock would take a minute to start. */
    static SetClock soon(Path library) throws IOException {
        return of(library, Map.of("FAKETIME_CACHE_DURATION", "1"));
    }

    private static SetClock of(Path library, Map<String, String> howOftenRead) throws IOException {
        Path own = ServerProcess.directory("clock");
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
        SetClock clock = new SetClock(library, own.resolve("offset"), howOftenRead);
        clock.set(Duration.ZERO);
        return clock;
    }

    /** What the environment of a process says to have this clock. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(howOftenRead);
        environment.put("LD_PRELOAD", library.toString());
        environment.put("FAKETIME_TIMESTAMP_FILE", file.toString());
        environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        environment.put("DONT_FAKE_MONOTONIC", "1");
        // Else each timed wait of a JVM, which goes by the steady clock, ends at once, and its threads spin.
        environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        return environment;
    }

    /** @param ahead how far it is ahead of the right time from now on; negative when it is behind */
    void set(Duration ahead) throws IOException {
        Path next = file.resolveSibling("next");
        Files.writeString(next, String.format("%+.3f%n", ahead.toMillis() / 1_000.0));
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        offset = ahead;
    }

    /** What it shows, or would have shown, at a moment of the right time, by how it is set now. */
    Instant at(Instant right) {
        return right.plus(offset);
    }
}
