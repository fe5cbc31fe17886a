package dev.posthaste.sql;

import org.jspecify.annotations.Nullable;

/**
 * Text that comes from outside, as PostgreSQL keeps it: UTF-8 without NUL. What cannot be kept becomes U+FFFD, because a
 * record with one character less is better than none.
 */
public final class StorableText {
    private static final char REPLACEMENT = '\uFFFD';

    private StorableText() {}

    /** The text with U+FFFD in place of NUL and of surrogates that stand alone; null for null. */
    public static @Nullable String of(@Nullable String text) {
        return text == null ? null : replaced(text, false);
    }

    /** The same in one line, for a message: control characters, line breaks and what turns a line round become spaces. */
    public static String line(String text) {
        return replaced(text, true);
    }

    /**
     * A name that somebody else has chosen, in one line and in quotes: a quote or a backslash of its own has a backslash
     * before it, so that nobody takes what is in the name for what stands behind it.
     */
    public static String quoted(String name) {
        return '"' + line(name).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String replaced(String text, boolean inOneLine) {
        StringBuilder replaced = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char kept = kept(text, i, inOneLine);
            if (kept != c) {
                replaced = replaced == null ? new StringBuilder(text) : replaced;
                replaced.setCharAt(i, kept);
            }
        }
        return replaced == null ? text : replaced.toString();
    }

    private static char kept(String text, int at, boolean inOneLine) {
        char c = text.charAt(at);
        if (inOneLine && (Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || isBidiControl(c))) {
            return ' ';
        }
        return c == 0 || isAlone(text, at) ? REPLACEMENT : c;
    }

    /** Unicode's Bidi_Control: what is behind it would be read from the right, and before what stands there. */
    private static boolean isBidiControl(char c) {
        return c == '\u061C'
                || c == '\u200E'
                || c == '\u200F'
                || (c >= '\u202A' && c <= '\u202E')
                || (c >= '\u2066' && c <= '\u2069');
    }

    private static boolean isAlone(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
