package dev.posthaste.assertions;

/** A piece of somebody's text that fits into a message, and that any database and log can hold. */
final class Excerpt {
    private static final int MAX_CHARACTERS = 60;

    private Excerpt() {}

    /** In quotes: one in the text, or a backslash, has a backslash before it. */
    static String quoted(String text) {
        return '"' + of(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String of(String text) {
        StringBuilder excerpt = new StringBuilder();
        int taken = 0;
        for (int i = 0; i < text.length() && taken < MAX_CHARACTERS; taken++) {
            int c = text.codePointAt(i);
            boolean isShown = !Character.isISOControl(c) && !(c <= 0xffff && Character.isSurrogate((char) c));
            excerpt.appendCodePoint(isShown ? c : '?');
            i += Character.charCount(c);
            if (taken == MAX_CHARACTERS - 1 && i < text.length()) {
                excerpt.append('…');
            }
        }
        return excerpt.toString();
    }
}
