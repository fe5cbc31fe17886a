package dev.posthaste.web.input;

/** A part of a text, which is not copied until somebody takes it away. */
record Slice(String text, int start, int end) {
    static Slice of(String text) {
        return new Slice(text, 0, text.length());
    }

    int length() {
        return end - start;
    }

    char charAt(int index) {
        return text.charAt(start + index);
    }

    /** The characters, without the text around them. */
    String copy() {
        return text.substring(start, end);
    }

    /** No more than the first ones. */
    Slice first(int max) {
        return length() <= max ? this : new Slice(text, start, start + max);
    }
}
