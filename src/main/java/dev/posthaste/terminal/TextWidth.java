package dev.posthaste.terminal;

/** How many columns of a terminal a text takes: two for each sign of East Asia and for emoji, none for combining marks. */
final class TextWidth {
    /** First and last of each range of wide characters, in order. */
    private static final int[] WIDE = {
        0x1100, 0x115f, 0x2e80, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60, 0xffe0, 0xffe6,
        0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1faff, 0x20000, 0x3fffd
    };

    private TextWidth() {}

    static int of(String text) {
        int width = 0;
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            width += of(c);
            at += Character.charCount(c);
        }
        return width;
    }

    /** No wider than that: what does not fit is cut off, and an ellipsis says so. */
    static String cut(String text, int max) {
        if (of(text) <= max) {
            return text;
        }
        StringBuilder cut = new StringBuilder();
        int width = 1;
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            width += of(c);
            if (width > max) {
                break;
            }
            cut.appendCodePoint(c);
            at += Character.charCount(c);
        }
        return cut.append('…').toString();
    }

    private static int of(int c) {
        if (c < 0x300) {
            return 1;
        }
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        for (int i = 0; i < WIDE.length && c >= WIDE[i]; i += 2) {
            if (c <= WIDE[i + 1]) {
                return 2;
            }
        }
        return 1;
    }
}
