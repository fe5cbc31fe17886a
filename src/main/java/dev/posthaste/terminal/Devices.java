package dev.posthaste.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which of the three standard streams are a terminal.
 *
 * @param columns how wide it is; 0 when nobody knows
 */
record Devices(boolean isInput, boolean isOutput, boolean isErrors, int columns) {
    private static final int MAX_COLUMNS = 1_000;

    /**
     * As the launcher has seen it, or else as Linux shows it.
     *
     * @param told the digits of the streams that are terminals
     */
    static Devices of(@Nullable String told, @Nullable String columns) {
        IntPredicate isTerminal = stream -> told == null ? isTerminalHere(stream) : told.indexOf('0' + stream) >= 0;
        return new Devices(isTerminal.test(0), isTerminal.test(1), isTerminal.test(2), width(columns));
    }

    private static boolean isTerminalHere(int stream) {
        try {
            String device =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream)).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static int width(@Nullable String columns) {
        if (columns == null || !columns.matches("[1-9][0-9]{0,3}")) {
            return 0;
        }
        return Math.min(MAX_COLUMNS, Integer.parseInt(columns));
    }
}
