package dev.posthaste.fuzz;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Makes texts: by a grammar, and by changing what is valid in a few places. */
public final class Texts {
    /** What readers of anything trip over. */
    private static final List<String> ODD = List.of(
            "\0",
            "\n",
            "\r\n",
            "\t",
            "\u007f",
            "\u0085",
            "\u00a0",
            "\u00e9",
            "e\u0301",
            "\u200b",
            "\u202e",
            "\u2028",
            "\u3002",
            "\ufeff",
            "\uff0e",
            "\ufffd",
            "\uffff",
            "\uD83D\uDE00",
            "\uDBFF\uDFFF",
            "%",
            "%00",
            "%zz",
            "\\",
            "\"",
            "'",
            "--",
            ";",
            "$",
            "{",
            "}",
            "[",
            "]",
            "@",
            "#",
            "?",
            ":",
            "/",
            "..",
            ".",
            "-",
            "0x",
            "1e9",
            "99999999999999999999",
            "\\u0000",
            "\\ud800",
            "null");

    private Texts() {}

    /** One of the odd pieces above, or a character of any kind but halves, which no UTF-8 spells. */
    public static Arbitrary<String> odd() {
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.of(ODD)),
                net.jqwik.api.Tuple.of(
                        1,
                        Arbitraries.integers()
                                .between(0, Character.MAX_CODE_POINT)
                                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                                .map(Character::toString)));
    }

    /** Pieces put together, up to so many. */
    public static Arbitrary<String> of(Arbitrary<String> pieces, int max) {
        return pieces.list().ofMaxSize(max).map(list -> list.stream().collect(Collectors.joining()));
    }

    /** Texts of those that are given, each with up to so many pieces put in, left out or written over. */
    public static Arbitrary<String> changed(Arbitrary<String> valid, int max) {
        Arbitrary<List<String>> pieces = odd().list().ofMaxSize(max);
        return net.jqwik.api.Combinators.combine(valid, pieces, Arbitraries.longs())
                .as(Texts::change);
    }

    private static String change(String valid, List<String> pieces, long where) {
        Random random = new Random(where);
        int[] points = valid.codePoints().toArray();
        StringBuilder changed = new StringBuilder(valid);
        if (points.length == 0) {
            return String.join("", pieces);
        }
        for (String piece : pieces) {
            int place = changed.offsetByCodePoints(0, random.nextInt(changed.codePointCount(0, changed.length()) + 1));
            int length = place < changed.length() ? Character.charCount(changed.codePointAt(place)) : 0;
            switch (random.nextInt(4)) {
                case 0 -> changed.insert(place, piece);
                case 1 -> changed.replace(place, place + length, piece);
                case 2 -> changed.delete(place, place + length);
                default -> changed.insert(place, changed.substring(0, Math.min(place, 40)));
            }
        }
        return changed.toString();
    }
}
