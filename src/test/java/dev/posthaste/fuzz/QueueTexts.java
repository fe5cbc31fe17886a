package dev.posthaste.fuzz;

import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Bodies that make a queue, and what is nearly one. */
public final class QueueTexts {
    private QueueTexts() {}

    /** Any. */
    public static Arbitrary<String> bodies() {
        Arbitrary<String> integers = Arbitraries.of(
                "0",
                "1",
                "10",
                "30",
                "300",
                "301",
                "-1",
                "365",
                "366",
                "604800",
                "604801",
                "2147483647",
                "2147483648",
                "99999999999999999999",
                "1.0",
                "1e1",
                "\"1\"",
                "null",
                "true");
        Arbitrary<String> flags = Arbitraries.of("true", "false", "null", "0", "\"true\"");
        Arbitrary<String> delays = integers.list().ofMaxSize(11).map(list -> "[" + String.join(",", list) + "]");
        Arbitrary<String> assertions = assertion().list().ofMaxSize(3).map(list -> "[" + String.join(",", list) + "]");
        Arbitrary<String> settings = Arbitraries.oneOf(
                integers.map(value -> "\"timeout_seconds\":" + value),
                integers.map(value -> "\"max_parallelism\":" + value),
                integers.map(value -> "\"max_per_second\":" + value),
                integers.map(value -> "\"dlq_retention_days\":" + value),
                flags.map(value -> "\"is_active\":" + value),
                flags.map(value -> "\"retries_enabled\":" + value),
                flags.map(value -> "\"alerts_enabled\":" + value),
                delays.map(value -> "\"retry_delays\":" + value),
                assertions.map(value -> "\"success_assertions\":" + value));
        Arbitrary<Set<String>> some = settings.set().ofMaxSize(4);
        Arbitrary<String> names = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.strings().withChars("abc-_ \u00e4").ofMaxLength(12)),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                "q".repeat(255), "q".repeat(256), "\\u0000", "\\n", "\\uD83D\\uDE00".repeat(200), "")));
        Arbitrary<String> whole = Combinators.combine(names, some)
                .as((name, parts) -> parts.stream()
                        .collect(Collectors.joining(
                                ",", "{\"name\":\"" + name + "\"" + (parts.isEmpty() ? "" : ","), "}")));
        return Arbitraries.frequencyOf(Tuple.of(3, whole), Tuple.of(1, Texts.changed(whole, 2)));
    }

    private static Arbitrary<String> assertion() {
        Arbitrary<String> types = Arbitraries.of(
                "status_code_equals",
                "body_contains",
                "body_not_contains",
                "response_time_under_ms",
                "header_equals",
                "json_path_equals",
                "other");
        Arbitrary<String> values =
                Arbitraries.of("\"200\"", "200", "\"x\"", "\"\"", "1.5", "null", "[]", "\"\\u0000\"", "\"0200\"");
        Arbitrary<String> paths = Arbitraries.of(
                "",
                ",\"path\":\"$.a\"",
                ",\"path\":\"$..[?@.a>1]\"",
                ",\"path\":\"$[\"",
                ",\"name\":\"X-A\"",
                ",\"name\":\"a b\"");
        return Combinators.combine(types, values, paths)
                .as((type, value, path) -> "{\"type\":\"" + type + "\",\"value\":" + value + path + "}");
    }
}
