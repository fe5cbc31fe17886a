package dev.posthaste.faults;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a test needs of the machine: without it the test is skipped, with a sentence that says what to do. */
final class Needed {
    private static final List<String> PROGRAMS = List.of("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin");

    private Needed() {}

    /** A program. */
    static Path program(String name, String debianPackage) {
        return PROGRAMS.stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> missing(name, debianPackage));
    }

    /** The library that gives a process another clock; the one for processes with many threads, or the ordinary one. */
    static Path clockLibrary(boolean manyThreads) throws IOException {
        String name = manyThreads ? "libfaketimeMT.so.1" : "libfaketime.so.1";
        for (String parent : List.of("/usr/lib", "/usr/lib64")) {
            if (Files.isDirectory(Path.of(parent))) {
                try (Stream<Path> found = Files.find(
                        Path.of(parent),
                        3,
                        (path, attributes) -> path.getFileName().toString().equals(name))) {
                    var library = found.findFirst();
                    if (library.isPresent()) {
                        return library.get();
                    }
                }
            }
        }
        return missing(name, "libfaketime");
    }

    /** @param reason why, as the beginning of a sentence */
    static void root(String reason) {
        assumeTrue("root".equals(System.getProperty("user.name")), reason + ": run the tests as root, in a container");
    }

    /** A command that must work here; what it says goes to the test's output. */
    static void command(List<String> command, String otherwise) throws IOException, InterruptedException {
        assumeTrue(new ProcessBuilder(command).inheritIO().start().waitFor() == 0, otherwise);
    }

    private static Path missing(String name, String debianPackage) {
        return abort(name + " is missing: install the Debian package " + debianPackage);
    }
}
