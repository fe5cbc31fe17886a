package dev.posthaste.terminal;

/** A piece of text with its colour, safe for a terminal whoever wrote it. */
record Cell(String text, Colour colour) {
    private static final int TAGS_WIDTH = 40;

    Cell {
        text = SafeText.of(text);
    }

    static Cell of(String text) {
        return new Cell(text, Colour.PLAIN);
    }

    static Cell status(String status) {
        return new Cell(status, Colour.ofStatus(status));
    }

    /** Those of a job or a cron, as far as there is room. */
    static Cell tags(JsonFields of) {
        return of(TextWidth.cut(String.join(",", of.texts("tags")), TAGS_WIDTH));
    }

    /** What failed, in the colour of failures where there is any. */
    static Cell count(String number, Colour unlessZero) {
        return new Cell(number, number.equals("0") ? Colour.PLAIN : unlessZero);
    }
}
