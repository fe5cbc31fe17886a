package dev.posthaste.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The directory that holds an embedded database, and who may use it: one process at a time. */
final class DataDirectory implements AutoCloseable {
    private static final int PASSWORD_BYTES = 24;

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Makes the directory if need be and takes it for this process, until it is closed or the process ends.
     *
     * @throws DatabaseUnusableException when another process has it
     */
    static DataDirectory take(Path directory) throws IOException {
        Path path = directory.toAbsolutePath().normalize();
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path);
            // Others may pass through, which PostgreSQL needs where it runs as somebody else; what is inside is closed.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
        }
        FileChannel channel = FileChannel.open(
                lockFile(path), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            String holder = Files.readString(lockFile(path)).strip();
            channel.close();
            throw new DatabaseUnusableException("Another server" + (holder.isEmpty() ? "" : " (process " + holder + ")")
                    + " is using the data directory " + path
                    + ": stop it, or set POSTHASTE_DATA_DIR to another directory.");
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
        return new DataDirectory(path, channel, lock);
    }

    /** How to get into the database that another process runs in this directory; empty when none does. */
    static Optional<DatabaseTarget> findRunning(Path directory) throws IOException {
        Path path = directory.toAbsolutePath().normalize();
        Path urlFile = path.resolve("database.url");
        if (!Files.exists(lockFile(path)) || !Files.exists(urlFile)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(lockFile(path), StandardOpenOption.WRITE);
                FileLock free = tryLock(channel)) {
            if (free != null) {
                return Optional.empty();
            }
        }
        String url = Files.readString(urlFile).strip();
        String password = Files.readString(path.resolve("database.password")).strip();
        return Optional.of(new DatabaseTarget(url, PostgresCluster.USER, password, false));
    }

    Path path() {
        return path;
    }

    Path passwordFile() {
        return path.resolve("database.password");
    }

    /** The password of the database's only user, made on the first start and readable by this user alone. */
    String password(OperatingSystemUser runner) throws IOException {
        Path file = passwordFile();
        if (!Files.exists(file)) {
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
            runner.own(file);
        }
        return Files.readString(file).strip();
    }

    /** Tells command-line tools where the running database is. */
    void announce(String jdbcUrl) throws IOException {
        Files.writeString(path.resolve("database.url"), jdbcUrl);
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path.resolve("database.url"));
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path lockFile(Path directory) {
        return directory.resolve("posthaste.lock");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }
}
