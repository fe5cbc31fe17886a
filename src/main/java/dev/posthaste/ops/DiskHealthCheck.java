package dev.posthaste.ops;

import com.codahale.metrics.health.HealthCheck;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is free on the disk of the embedded database. Never unhealthy: when it is full the database says so, and is what
 * makes this node unhealthy.
 */
public final class DiskHealthCheck extends HealthCheck {
    private static final long MIB = 1024 * 1024;

    private final Path directory;
    private final long warnBelow;

    /** @param warnBelow bytes: as much as the database may need at once for what it writes ahead, and some more */
    public DiskHealthCheck(Path directory, long warnBelow) {
        this.directory = directory;
        this.warnBelow = warnBelow;
    }

    @Override
    protected Result check() {
        try {
            FileStore disk = Files.getFileStore(directory);
            long free = disk.getUsableSpace();
            return Warnings.healthy(
                    free < warnBelow,
                    "%d MiB of %d are free for the embedded database; less than %d are few"
                            .formatted(free / MIB, disk.getTotalSpace() / MIB, warnBelow / MIB));
        } catch (IOException e) {
            return Warnings.healthy(true, "The disk of the embedded database cannot be looked at: " + e.getMessage());
        }
    }
}
