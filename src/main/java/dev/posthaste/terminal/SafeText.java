package dev.posthaste.terminal;

import java.util.Locale;

/**
 * Text of others for a terminal: what would move the cursor, change colours or turn the direction of writing is shown as its
 * escape instead.
 */
final class SafeText {
    private SafeText() {}

    /** On one line: a line's end is escaped as well. */
    static String of(String text) {
        int at = firstUnsafe(text, 0);
        if (at < 0) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16);
        int from = 0;
        for (; at >= 0; at = firstUnsafe(text, from)) {
            safe.append(text, from, at);
            int c = text.codePointAt(at);
            append(safe, c);
            from = at + Character.charCount(c);
        }
        return safe.append(text, from, text.length()).toString();
    }

    /** JSON text that means the same. What is escaped can stand within strings only, but for blanks, which are kept. */
    static String json(String json) {
        StringBuilder safe = new StringBuilder(json.length());
        for (int at = 0; at < json.length(); ) {
            int c = json.codePointAt(at);
            at += Character.charCount(c);
            if (c == '\n' || c == '\t' || c == '\r' || !isUnsafe(c)) {
                safe.appendCodePoint(c);
            } else {
                append(safe, c);
            }
        }
        return safe.toString();
    }

    private static void append(StringBuilder safe, int c) {
        switch (c) {
            case '\n' -> safe.append("\\n");
            case '\r' -> safe.append("\\r");
            case '\t' -> safe.append("\\t");
            default -> {
                for (char unit : Character.toChars(c)) {
                    safe.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
            }
        }
    }

    private static int firstUnsafe(String text, int from) {
        for (int at = from; at < text.length(); ) {
            int c = text.codePointAt(at);
            if (isUnsafe(c)) {
                return at;
            }
            at += Character.charCount(c);
        }
        return -1;
    }

    private static boolean isUnsafe(int c) {
        if (c >= ' ' && c < 0x7f) {
            return false;
        }
        return switch (Character.getType(c)) {
            // Formats turn the direction of writing or are not seen; a joiner within an emoji is lost with them.
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
