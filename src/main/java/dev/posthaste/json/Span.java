package dev.posthaste.json;

/** A part of a text, which is not copied until somebody takes it away. */
public record Span(String text, int start, int end) {
    /** The whole text. */
    public static Span of(String text) {
        return new Span(text, 0, text.length());
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
    Span first(int max) {
        return length() <= max ? this : new Span(text, start, start + max);
    }
}
