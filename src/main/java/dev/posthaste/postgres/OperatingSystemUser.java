package dev.posthaste.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * As whom PostgreSQL's programs run. They refuse to run as root: root takes a user namespace of its own for them or,
 * where that is not permitted (in most containers), the user {@code nobody}, who is then given the files.
 */
enum OperatingSystemUser {
    /** The one that runs this server. */
    SAME(""),
    /** Unmapped in a new user namespace, so that root's files still count as its own. */
    NAMESPACE("unshare -U"),
    /** Nobody. */
    NOBODY("setpriv --reuid=65534 --regid=65534 --clear-groups");

    private static final int NOBODYS_ID = 65_534;

    private final String prefix;

    OperatingSystemUser(String prefix) {
        this.prefix = prefix;
    }

    /** The first that works here. */
    static OperatingSystemUser choose() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return SAME;
        }
        return Stream.of(NAMESPACE, NOBODY)
                .filter(OperatingSystemUser::works)
                .findFirst()
                .orElseThrow(() -> new DatabaseUnusableException(
                        "The embedded PostgreSQL cannot run as root, and neither unshare nor setpriv works here:"
                                + " run Posthaste as another user, or set POSTHASTE_DATABASE_URL."));
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix.isEmpty() ? List.of() : List.of(prefix.split(" ", -1)));
        whole.addAll(command);
        return whole;
    }

    /** Gives it the file or directory, if it is somebody else. */
    void own(Path path) throws IOException {
        if (this == NOBODY) {
            Files.setAttribute(path, "unix:uid", NOBODYS_ID);
            Files.setAttribute(path, "unix:gid", NOBODYS_ID);
        }
    }

    /** Gives it a directory and all that is in it. */
    void ownAll(Path directory) throws IOException {
        if (this == NOBODY) {
            try (Stream<Path> paths = Files.walk(directory)) {
                for (Path path : paths.filter(one -> !Files.isSymbolicLink(one)).toList()) {
                    own(path);
                }
            }
        }
    }

    private boolean works() {
        try {
            Process process = new ProcessBuilder(command(List.of("true")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
