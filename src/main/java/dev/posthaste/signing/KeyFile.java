package dev.posthaste.signing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The secret key of an installation whose operator set none: a file beside the embedded database's, readable by its owner
 * alone.
 */
public final class KeyFile {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;
    private final Path file;
    private final Path next;

    /** @param dataDir where the embedded database keeps its files */
    public KeyFile(Path dataDir) {
        this.directory = dataDir;
        this.file = dataDir.resolve("secret.key");
        this.next = dataDir.resolve("secret.key.new");
    }

    /**
     * The same, of a file that is made when there is none; of several processes that do so at the same time, all get the
     * one key that is kept.
     *
     * @throws SecretKeyException when it cannot be read or made
     */
    public List<SecretKey> readOrMake(SecureRandom random) {
        try {
            if (!Files.exists(file) && !Files.exists(next)) {
                make(SecretKey.generate(random));
            }
        } catch (IOException e) {
            throw new SecretKeyException("A secret key cannot be made in " + file + ": " + e, e);
        }
        return read();
    }

    /**
     * The keys in it, one as a rule: a change that was cut off leaves a second one, and only the database knows which is
     * the right one. Empty when there is no file.
     *
     * @throws SecretKeyException when it cannot be read
     */
    public List<SecretKey> read() {
        try {
            // The next one first: should it be moved in between, it is found in its new place.
            Optional<SecretKey> prepared = readIfThere(next);
            List<SecretKey> keys = new ArrayList<>();
            readIfThere(file).ifPresent(keys::add);
            prepared.ifPresent(keys::add);
            return keys;
        } catch (IOException e) {
            throw new SecretKeyException("The secret key in " + file + " cannot be read: " + e, e);
        }
    }

    /** Writes the next key beside the one in use, before the database is told. */
    void prepare(SecretKey key) throws IOException {
        write(next, key);
    }

    /** The next key is in use: it takes the place of the other. */
    void settle() throws IOException {
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        sync(directory, StandardOpenOption.READ);
    }

    /** The same for a key that an earlier change has left, if that is the one in use. */
    void settleIf(Optional<String> fingerprintInUse) throws IOException {
        if (Files.exists(next) && fingerprintInUse.equals(Optional.of(read(next).fingerprint()))) {
            settle();
        }
    }

    /** Does it while no other process changes the file. */
    <T> T alone(Work<T> work) throws IOException, SQLException {
        try (FileChannel channel = FileChannel.open(
                        directory.resolve("secret.key.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new SecretKeyException("Another command is changing the secret key just now.");
            }
            return work.run();
        }
    }

    /** What is done to the file. */
    interface Work<T> {
        T run() throws IOException, SQLException;
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private static Optional<SecretKey> readIfThere(Path path) throws IOException {
        try {
            return Optional.of(read(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static SecretKey read(Path path) throws IOException {
        try {
            return SecretKey.parse(Files.readString(path));
        } catch (IllegalArgumentException e) {
            throw new SecretKeyException("What is in " + path + " is no secret key. " + e.getMessage(), e);
        }
    }

    /** The first key, unless somebody else has made it meanwhile: his may be in use, and is not written over. */
    private void make(SecretKey key) throws IOException {
        Path unfinished = Files.createTempFile(directory, file.getFileName() + ".", ".tmp", OWNER_ONLY);
        try {
            fill(unfinished, key);
            Files.createLink(file, unfinished);
        } catch (FileAlreadyExistsException e) {
            // It is read like any other.
        } finally {
            Files.delete(unfinished);
        }
        sync(directory, StandardOpenOption.READ);
    }

    /** Whole or not at all, whenever the machine stops; what was there is replaced. */
    private void write(Path path, SecretKey key) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".tmp");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, OWNER_ONLY);
        fill(unfinished, key);
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        sync(directory, StandardOpenOption.READ);
    }

    private static void fill(Path path, SecretKey key) throws IOException {
        Files.writeString(path, key.text() + "\n");
        sync(path, StandardOpenOption.WRITE);
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }
}
