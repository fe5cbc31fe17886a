package dev.posthaste.terminal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A command of the terminal, run in the test's process to its end. */
record TerminalRun(int exitCode, String output, String errors) {
    static final String TOKEN = "token-of-a-test-0123456789";
    private static final Devices PIPES = new Devices(false, false, false, 0);

    /** Against the server at this address, with nothing on standard input and no terminal. */
    static TerminalRun of(String url, String... arguments) {
        return of(Map.of("POSTHASTE_URL", url, "POSTHASTE_TOKEN", TOKEN), "", PIPES, arguments);
    }

    static TerminalRun withInput(String url, String input, String... arguments) {
        return of(Map.of("POSTHASTE_URL", url, "POSTHASTE_TOKEN", TOKEN), input, PIPES, arguments);
    }

    static TerminalRun of(Map<String, String> environment, String input, Devices devices, String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int exitCode = new Terminal(new Surroundings(
                        environment,
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new ResultStream(output),
                        new PrintStream(errors, true, StandardCharsets.UTF_8),
                        devices,
                        "0"))
                .run(arguments);
        return new TerminalRun(
                exitCode, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    }
}
