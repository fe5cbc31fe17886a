package dev.posthaste.json;

/** The escapes in JSON's strings. */
final class JsonEscapes {
    /** Those of one letter, and what they mean. */
    private static final String LETTERS = "\"\\/bfnrt";

    private static final String MEANINGS = "\"\\/\b\f\n\r\t";
    private static final int HEX_DIGITS = 4;

    private JsonEscapes() {}

    static boolean isLetter(char c) {
        return LETTERS.indexOf(c) >= 0;
    }

    /** The four hexadecimal digits at a place before {@code end}; -1 when they are none. */
    static int unit(String text, int from, int end) {
        if (from + HEX_DIGITS > end) {
            return -1;
        }
        int unit = 0;
        for (int i = from; i < from + HEX_DIGITS; i++) {
            char c = text.charAt(i);
            // Not Character.digit for all of Unicode: other scripts' digits are none here.
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            unit = unit * 16 + digit;
        }
        return unit;
    }

    /** What a valid spelling means. */
    static String decoded(Span spelling) {
        String text = spelling.text();
        StringBuilder decoded = new StringBuilder(spelling.length());
        int from = spelling.start();
        for (int at = text.indexOf('\\', from); at >= 0 && at < spelling.end(); at = text.indexOf('\\', from)) {
            decoded.append(text, from, at);
            char kind = text.charAt(at + 1);
            if (kind == 'u') {
                decoded.append((char) unit(text, at + 2, spelling.end()));
                from = at + 2 + HEX_DIGITS;
            } else {
                decoded.append(MEANINGS.charAt(LETTERS.indexOf(kind)));
                from = at + 2;
            }
        }
        return decoded.append(text, from, spelling.end()).toString();
    }
}
