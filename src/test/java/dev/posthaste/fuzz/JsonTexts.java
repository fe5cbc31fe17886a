package dev.posthaste.fuzz;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** JSON by its grammar (RFC 8259), in its rarer spellings, and what is nearly JSON. */
public final class JsonTexts {
    private JsonTexts() {}

    /** A string with its quotes; some hold half a character. */
    public static Arbitrary<String> strings() {
        Arbitrary<String> pieces = Arbitraries.frequencyOf(
                Tuple.of(
                        6, Arbitraries.of("a", "b", "key", "queue", " ", "\u00e9", "\uD83D\uDE00", "0", "/", "\u2028")),
                Tuple.of(
                        2,
                        Arbitraries.of(
                                "\\\"",
                                "\\\\",
                                "\\/",
                                "\\b",
                                "\\f",
                                "\\n",
                                "\\r",
                                "\\t",
                                "\\u0061",
                                "\\u0000",
                                "\\uD83D\\uDE00")),
                Tuple.of(1, Arbitraries.of("\\ud800", "\\uDC00", "\\u00", "\\x", "\n", "\u0001", "\\")));
        return Texts.of(pieces, 6).map(text -> "\"" + text + "\"");
    }

    /** A number, spelt in whatever way. */
    public static Arbitrary<String> numbers() {
        return Arbitraries.frequencyOf(
                Tuple.of(
                        4,
                        Arbitraries.of(
                                "0",
                                "-0",
                                "1",
                                "12",
                                "-7",
                                "0.5",
                                "1e5",
                                "1E+2",
                                "1.50e-3",
                                "9223372036854775808",
                                "1e999")),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                "01", "+1", ".5", "1.", "-", "1e", "0x1", "NaN", "Infinity", "1e+", "--1", "1_000")));
    }

    /** A value, nested up to so deep. */
    public static Arbitrary<String> values(int deep) {
        Arbitrary<String> flat = Arbitraries.frequencyOf(
                Tuple.of(4, strings()),
                Tuple.of(3, numbers()),
                Tuple.of(2, Arbitraries.of("true", "false", "null")),
                Tuple.of(1, Arbitraries.of("True", "nul", "", "undefined", "'a'", "nullx")));
        if (deep == 0) {
            return flat;
        }
        Arbitrary<String> inner = values(deep - 1);
        return Arbitraries.frequencyOf(
                Tuple.of(3, flat), Tuple.of(2, objects(strings(), inner)), Tuple.of(2, joined(inner, '[', ']')));
    }

    /** An object of these names and values. */
    public static Arbitrary<String> objects(Arbitrary<String> names, Arbitrary<String> values) {
        Arbitrary<String> members = Combinators.combine(names, blanks(), values)
                .as((name, blank, value) -> name + blank + ":" + blank + value);
        return joined(members, '{', '}');
    }

    /** So deep within itself: around the bound of 100. */
    public static Arbitrary<String> deep() {
        return Combinators.combine(Arbitraries.integers().between(90, 110), Arbitraries.of("[", "{\"a\":"), values(0))
                .as((depth, open, value) -> {
                    String close = open.equals("[") ? "]" : "}";
                    return open.repeat(depth) + value + close.repeat(depth);
                });
    }

    private static Arbitrary<String> blanks() {
        return Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.of("", " ", "\n\t", "\r ")),
                Tuple.of(1, Arbitraries.of("\u00a0", "\f", "//\n", "\ufeff")));
    }

    private static Arbitrary<String> joined(Arbitrary<String> parts, char open, char close) {
        Arbitrary<String> commas = Arbitraries.frequencyOf(
                Tuple.of(20, Arbitraries.of(",", " ,", ", ")), Tuple.of(1, Arbitraries.of("", ",,", ";")));
        Arbitrary<List<String>> lists = parts.list().ofMaxSize(4);
        return Combinators.combine(lists, commas, blanks())
                .as((list, comma, blank) -> open + list.stream().collect(Collectors.joining(comma)) + blank + close);
    }
}
