package dev.posthaste;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a process that a test starts writes what it has to say: a file beside the test's report. */
public final class ReportFile {
    private static final Path REPORTS = Path.of(System.getProperty("posthaste.reports", "target/surefire-reports"));

    private ReportFile() {}

    /**
     * A new file, called by the test class that asks for it, on its own thread, and by what writes to it.
     *
     * @throws IOException when it cannot be made
     */
    public static Path named(String writer) throws IOException {
        Files.createDirectories(REPORTS);
        return Files.createTempFile(REPORTS, askingTest() + "-" + writer + "-", ".log")
                .toAbsolutePath();
    }

    private static String askingTest() {
        return StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                        .map(name -> name.replaceFirst("\\$.*", ""))
                        .filter(name ->
                                name.startsWith("dev.posthaste.") && (name.endsWith("IT") || name.endsWith("Test")))
                        .findFirst()
                        .orElse("other"));
    }
}
