package dev.posthaste.faults;

import dev.posthaste.system.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The clock of other processes, which a test sets while they run; their steady clock goes on. Not thread-safe. */
final class SetClock {
    private final Path library;
    private final Path file;
    private Duration offset = Duration.ZERO;

    private SetClock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /** Right at first. */
    static SetClock of(Path library) throws IOException {
        Path own = ServerProcess.directory("clock");
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
        SetClock clock = new SetClock(library, own.resolve("offset"));
        clock.set(Duration.ZERO);
        return clock;
    }

    /** What the environment of a process says to have this clock. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                file.toString(),
                "FAKETIME_NO_CACHE",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "DONT_FAKE_MONOTONIC",
                "1");
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
