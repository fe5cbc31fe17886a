package dev.posthaste.docs;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Texts as they have to be written for Markdown to show them as they are. */
final class Markdown {
    private Markdown() {}

    /** A row of a table. */
    static String row(String... cells) {
        return Arrays.stream(cells)
                .map(cell -> onOneLine(cell).replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** The rows above all others. */
    static String head(String... cells) {
        return row(cells) + "|" + "---|".repeat(cells.length) + "\n";
    }

    /** A text that is Markdown already. */
    static String onOneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    /** A text that is none. */
    static String escaped(String text) {
        return onOneLine(text).replaceAll("[\\\\`*_\\[\\]<>]", "\\\\$0");
    }

    /** Code, with backticks in it too. */
    static String code(String text) {
        String fence = "`";
        while (text.contains(fence)) {
            fence += "`";
        }
        return fence.length() == 1 ? fence + text + fence : fence + " " + text + " " + fence;
    }

    /** A link to a heading of the same page. */
    static String link(String shown, String heading) {
        return "[" + shown + "](#" + anchor(heading) + ")";
    }

    /** As GitHub makes it of a heading: small letters, punctuation left out, blanks as hyphens. */
    static String anchor(String heading) {
        return heading.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}\\p{M}_ -]", "")
                .replace(' ', '-');
    }
}
