package dev.posthaste.terminal;

/** A piece of text with its colour, safe for a terminal whoever wrote it. */
record Cell(String text, Colour colour) {
    Cell {
        text = SafeText.of(text);
    }

    static Cell of(String text) {
        return new Cell(text, Colour.PLAIN);
    }

    static Cell status(String status) {
        return new Cell(status, Colour.ofStatus(status));
    }

    /** What failed, in the colour of failures where there is any. */
    static Cell count(String number, Colour unlessZero) {
        return new Cell(number, number.equals("0") ? Colour.PLAIN : unlessZero);
    }
}
