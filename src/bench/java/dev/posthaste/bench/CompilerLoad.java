package dev.posthaste.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** How much Java's compilers are at work in a Java process, by the counters that the process keeps. Not thread-safe. */
final class CompilerLoad {
    private static final String COMPILED_TICKS = "java.ci.totalTime";
    private static final String TICKS_A_SECOND = "sun.os.hrt.frequency";

    private final long pid;
    private double compiledSeconds;
    private long atNanos;

    private CompilerLoad(long pid) throws IOException {
        this.pid = pid;
        sinceLast();
    }

    /** From now on, of the process with the id. */
    static CompilerLoad of(long pid) throws IOException {
        return new CompilerLoad(pid);
    }

    /** For how much of the time since the last call, or the start, the compilers have been compiling; 1 is all of it. */
    double sinceLast() throws IOException {
        double compiledBefore = compiledSeconds;
        long nanosBefore = atNanos;
        Map<String, String> counters = counters();
        compiledSeconds = number(counters, COMPILED_TICKS) / number(counters, TICKS_A_SECOND);
        atNanos = System.nanoTime();
        return (compiledSeconds - compiledBefore) * 1e9 / (atNanos - nanosBefore);
    }

    private static double number(Map<String, String> counters, String name) {
        return Double.parseDouble(counters.getOrDefault(name, "NaN"));
    }

    private Map<String, String> counters() throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, String.valueOf(pid), "PerfCounter.print").start();
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines()
                    .map(line -> line.split("=", 2))
                    .filter(parts -> parts.length == 2)
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (one, other) -> other));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
