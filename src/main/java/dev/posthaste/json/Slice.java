package dev.posthaste.json;

/** A part of a text, which is not copied until somebody takes it away. */
public record Slice(String text, int start, int end) {
    /** The whole text. */
    public static Slice of(String text) {
        return new Slice(text, 0, text.length());
    }

    public int length() {
        return end - start;
    }

    char charAt(int index) {
        return text.charAt(start + index);
    }

    /** The characters, without the text around them. */
    public String copy() {
        return text.substring(start, end);
    }

    /** No more than the first ones. */
    Slice first(int max) {
        return length() <= max ? this : new Slice(text, start, start + max);
    }
}
