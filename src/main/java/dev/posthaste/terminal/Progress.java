package dev.posthaste.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** How far something is: one line that changes on a terminal, elsewhere a line now and then. Not thread-safe. */
final class Progress implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final PrintStream output;
    private final boolean isTerminal;
    private final int columns;
    private final LongSupplier nanos;
    private long saidAt;
    private boolean isShown;

    /**
     * @param columns how wide the terminal is; 0 when nobody knows
     * @param nanos a clock that only ever goes on
     */
    Progress(PrintStream output, boolean isTerminal, int columns, LongSupplier nanos) {
        this.output = output;
        this.isTerminal = isTerminal;
        this.columns = columns;
        this.nanos = nanos;
        this.saidAt = nanos.getAsLong();
    }

    /** What is true just now; the next call takes its place. */
    void now(String text) {
        if (isTerminal) {
            // No longer than a line: what wraps is not taken away again.
            String safe = SafeText.of(text);
            output.print("\r\u001b[K" + (columns < 2 ? safe : TextWidth.cut(safe, columns - 1)));
            output.flush();
            isShown = true;
        } else if (nanos.getAsLong() - saidAt >= EVERY.toNanos()) {
            output.print(SafeText.of(text) + "\n");
            saidAt = nanos.getAsLong();
        }
    }

    /** What has happened, and stays. */
    void event(String text) {
        clear();
        output.print(SafeText.of(text) + "\n");
        output.flush();
    }

    @Override
    public void close() {
        clear();
    }

    /** Takes away what was true just now. */
    void clear() {
        if (isShown) {
            output.print("\r\u001b[K");
            output.flush();
            isShown = false;
        }
    }
}
