package dev.posthaste.postgres;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked beside the data. Not in the temporary folder, where another user of the machine could
 * have put something else under the same name.
 *
 * @param home the directory with {@code bin} in it
 */
record PostgresBinaries(Path home) {
    private static final int NAME_DIGITS = 12;

    /** Unpacks the programs for this machine, unless they are there already. */
    static PostgresBinaries unpack(Path parent) throws IOException {
        byte[] archive;
        try (InputStream packed =
                DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), System.getProperty("os.arch"))) {
            archive = packed.readAllBytes();
        } catch (IllegalStateException e) {
            throw new DatabaseUnusableException(
                    "There is no embedded PostgreSQL for this machine (" + system() + ", "
                            + System.getProperty("os.arch") + "): set POSTHASTE_DATABASE_URL"
                            + (system().equals("Darwin") ? ", or build with the profile mac." : "."),
                    e);
        }
        Path home = parent.resolve("postgresql-bin-" + digest(archive).substring(0, NAME_DIGITS));
        if (!Files.isDirectory(home)) {
            Path unfinished = Files.createTempDirectory(parent, "postgresql-bin-new");
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
            unpack(archive, unfinished);
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        }
        return new PostgresBinaries(home);
    }

    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /** The version of the programs, such as 18. */
    String majorVersion() throws IOException {
        for (String line : Files.readAllLines(home.resolve("share/postgresql/postgres.bki"))) {
            if (line.startsWith("# PostgreSQL ")) {
                return line.substring("# PostgreSQL ".length()).strip();
            }
        }
        throw new IOException("the PostgreSQL programs do not tell their version");
    }

    private static String system() {
        String name = System.getProperty("os.name");
        return name.toLowerCase(Locale.ROOT).startsWith("mac") ? "Darwin" : name;
    }

    private static void unpack(byte[] archive, Path target) throws IOException {
        try (TarArchiveInputStream entries =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("an entry of the PostgreSQL archive points elsewhere: " + entry.getName());
                }
                write(entry, entries, path);
            }
        }
    }

    private static void write(TarArchiveEntry entry, InputStream content, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.resolve("..").normalize());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
            Files.copy(content, path);
            boolean isProgram = (entry.getMode() & 0100) != 0;
            Set<PosixFilePermission> mode = PosixFilePermissions.fromString(isProgram ? "rwxr-xr-x" : "rw-r--r--");
            Files.setPosixFilePermissions(path, mode);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
