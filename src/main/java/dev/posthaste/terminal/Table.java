package dev.posthaste.terminal;

import java.util.List;

/**
 * Rows under headings, a page at a time. Columns are as wide as what the first page holds; what is wider later on pushes its
 * row to the right. The last column gives way where the screen is too narrow; columns for which there is no room at all
 * stand on further lines of their row. Not thread-safe.
 */
final class Table {
    private static final String GAP = "  ";
    private static final String FURTHER = "    ";
    private static final int LEAST = 12;

    private final Screen screen;
    private final List<String> headings;
    private int[] widths = new int[0];
    private boolean[] beginsLine = new boolean[0];

    Table(Screen screen, String... headings) {
        this.screen = screen;
        this.headings = List.of(headings);
    }

    void page(List<List<Cell>> rows) {
        if (widths.length == 0 && !rows.isEmpty()) {
            widths = new int[headings.size()];
            for (int i = 0; i < widths.length; i++) {
                widths[i] = widthOf(i, rows);
            }
            beginsLine = lines();
            row(headings.stream()
                    .map(heading -> new Cell(heading, Colour.HEADING))
                    .toList());
        }
        rows.forEach(this::row);
    }

    private int widthOf(int column, List<List<Cell>> rows) {
        int width = TextWidth.of(headings.get(column));
        for (List<Cell> row : rows) {
            width = Math.max(width, TextWidth.of(row.get(column).text()));
        }
        return width;
    }

    /** Before which columns a line ends, because they have no room on it. */
    private boolean[] lines() {
        boolean[] begins = new boolean[widths.length];
        int used = 0;
        for (int i = 0; i < widths.length && screen.columns() > 0; i++) {
            int width = i == widths.length - 1 ? Math.min(LEAST, widths[i]) : widths[i];
            begins[i] = i > 0 && used + width > screen.columns();
            used = (begins[i] ? FURTHER.length() : used) + widths[i] + GAP.length();
        }
        return begins;
    }

    private void row(List<Cell> cells) {
        StringBuilder line = new StringBuilder();
        int used = 0;
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            if (beginsLine[i]) {
                screen.write(line.toString().stripTrailing());
                line = new StringBuilder(FURTHER);
                used = FURTHER.length();
            }
            if (i == cells.size() - 1 || beginsLine[i + 1]) {
                line.append(screen.painted(last(cell.text(), used), cell.colour()));
            } else {
                int blanks = Math.max(0, widths[i] - TextWidth.of(cell.text()));
                line.append(screen.painted(cell.text(), cell.colour()))
                        .append(" ".repeat(blanks))
                        .append(GAP);
                used += TextWidth.of(cell.text()) + blanks + GAP.length();
            }
        }
        screen.write(line.toString().stripTrailing());
    }

    private String last(String text, int used) {
        return screen.columns() == 0 ? text : TextWidth.cut(text, Math.max(LEAST, screen.columns() - used));
    }
}
