package dev.posthaste.terminal;

import java.io.PrintStream;

/**
 * One of the two outputs. Everything that goes there is made safe on its way.
 *
 * @param columns how wide it is; 0 when lines may have any length
 */
record Screen(PrintStream output, boolean isColoured, int columns) {
    void line(String text) {
        line(Cell.of(text));
    }

    void line(Cell... cells) {
        StringBuilder line = new StringBuilder();
        for (Cell cell : cells) {
            line.append(painted(cell.text(), cell.colour()));
        }
        write(line.toString());
    }

    /** JSON as the server spelt it, on lines of its own. */
    void json(String json) {
        write(SafeText.json(json));
    }

    /** @param safe what came out of a {@link Cell} */
    String painted(String safe, Colour colour) {
        return isColoured ? colour.paint(safe) : safe;
    }

    /**
     * @param line whose parts were made safe
     * @throws ResultStream.OutputBroken when it is a result and cannot be written; what is said aside is lost then
     */
    void write(String line) {
        // Not println: its line end is that of the system, and ours are compared by scripts.
        output.print(line + "\n");
        output.flush();
    }
}
