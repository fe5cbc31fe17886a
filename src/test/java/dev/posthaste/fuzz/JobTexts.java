package dev.posthaste.fuzz;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Bodies of pushes: by the contract's table, with values at and beyond its bounds, and with changes in them. */
public final class JobTexts {
    private final List<String> targets;

    /** @param targets URLs that jobs may be for without a delay; whatever they are answered, they are on this machine */
    public JobTexts(List<String> targets) {
        this.targets = List.copyOf(targets);
    }

    /** One job, as an object or nearly one. */
    public Arbitrary<String> single() {
        return Arbitraries.frequencyOf(
                Tuple.of(8, valid()),
                Tuple.of(4, odd()),
                Tuple.of(3, Texts.changed(valid(), 2)),
                Tuple.of(1, JsonTexts.values(2)));
    }

    /** Several, all valid or with some among them that are not. */
    public Arbitrary<String> batch() {
        Arbitrary<String> good = valid().list().ofMinSize(1).ofMaxSize(8).map(JobTexts::batch);
        Arbitrary<String> mixed =
                Arbitraries.oneOf(valid(), odd()).list().ofMaxSize(4).map(JobTexts::batch);
        return Arbitraries.frequencyOf(
                Tuple.of(4, good),
                Tuple.of(2, mixed),
                Tuple.of(2, Texts.changed(good, 2)),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                "{\"jobs\":[]}", "{\"jobs\":{}}", "{}", "[]", "{\"jobs\":[null]}", "{\"jobs\":[[]]}")));
    }

    /** One that must be accepted. */
    public Arbitrary<String> valid() {
        Arbitrary<String> jobs = Combinators.combine(queues(), places(), rest(optional()))
                .as((queue, place, rest) -> "{\"queue\":" + queue + "," + place + rest + "}");
        return jobs;
    }

    private Arbitrary<String> odd() {
        Arbitrary<String> oddQueues = Arbitraries.oneOf(queues(), JsonTexts.strings(), JsonTexts.values(1));
        Arbitrary<String> oddPlaces = Arbitraries.oneOf(
                UrlTexts.any().map(url -> "\"url\":" + quoted(url) + ",\"delay\":86400"),
                JsonTexts.values(1).map(url -> "\"url\":" + url + ",\"delay\":86400"),
                places());
        return Combinators.combine(oddQueues, oddPlaces, rest(Arbitraries.oneOf(optional(), wrong())))
                .as((queue, place, rest) -> "{\"queue\":" + queue + "," + place + rest + "}");
    }

    private static Arbitrary<String> queues() {
        return Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of("\"one\"", "\"two\"", "\"\\u0074hree\"", "\" four \"", "\"f\u00fcnf\"")),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                quoted("q".repeat(255)),
                                quoted("\uD83D\uDE00".repeat(255)),
                                "\"a\\\\b'%\"",
                                "\"\\u00a0x\"")));
    }

    private Arbitrary<String> places() {
        Arbitrary<String> now = Arbitraries.of(targets).map(url -> "\"url\":" + quoted(url));
        Arbitrary<String> later = Arbitraries.of(
                        "https://example.com/a?b=c#d",
                        "http://my_service:9000/",
                        "http://[2001:db8::1]/",
                        "HTTP://A.example/%20",
                        "http://example.com/\u00e4\uD83D\uDE00",
                        "https://xn--bcher-kva.example:8443/x")
                .map(url -> "\"url\":" + quoted(url) + ",\"delay\":86400");
        return Arbitraries.oneOf(now, later);
    }

    private static Arbitrary<String> rest(Arbitrary<String> members) {
        // By their names, so that none is there twice.
        return members.list()
                .uniqueElements(member -> member.substring(0, Math.max(0, member.indexOf(':'))))
                .ofMaxSize(4)
                .map(list -> list.stream().map(member -> "," + member).collect(Collectors.joining()));
    }

    private Arbitrary<String> optional() {
        Arbitrary<String> headers = Arbitraries.of(
                "{}",
                "[]",
                "{\"X-A\":\"1\"}",
                "{\"x-a\":\"\u00e4 b\",\"Authorization\":\"Bearer x\"}",
                "{\"Content-Type\":\"text/xml\"}",
                "{\"X-A\":null}",
                "{\"X-\\u0041\":\"\"}");
        Arbitrary<String> payloads = Arbitraries.of(
                "{}",
                "[]",
                "{\"a\":1.00,\"b\":[1e5,-0,\"\\u0000\\/\"]}",
                "[[[]]]",
                "{\"\\u00e9\":null,\"e\":{\"\":\"\"}}",
                "{\"z\":1,\"a\":9223372036854775808, \"n\" : \"\uD83D\uDE00\" }");
        return Arbitraries.oneOf(
                Arbitraries.of("GET", "POST", "PUT", "PATCH", "DELETE").map(method -> "\"method\":" + quoted(method)),
                headers.map(value -> "\"headers\":" + value),
                payloads.map(value -> "\"payload\":" + value),
                Arbitraries.of(targets).map(url -> "\"callback_url\":" + quoted(url)),
                Arbitraries.of("1", "30", "300").map(value -> "\"timeout_seconds\":" + value),
                Arbitraries.of("1", "5", "10").map(value -> "\"priority\":" + value),
                Arbitraries.of("[]", "[604800]", "[86400,90000]").map(value -> "\"retry_delays\":" + value));
    }

    private static Arbitrary<String> wrong() {
        Arbitrary<String> names = Arbitraries.of(
                "method",
                "headers",
                "payload",
                "body",
                "callback_url",
                "timeout_seconds",
                "priority",
                "retry_delays",
                "run_at",
                "tags",
                "redact",
                "Queue",
                "url ",
                "");
        Arbitrary<String> values = Arbitraries.frequencyOf(
                Tuple.of(3, JsonTexts.values(2)),
                Tuple.of(
                        2,
                        Arbitraries.of(
                                "\"GET\"",
                                "\"get\"",
                                "\"TRACE\"",
                                "0",
                                "11",
                                "301",
                                "-1",
                                "1.5",
                                "1e1",
                                "2147483648",
                                "\"9999-01-01T00:00:00Z\"",
                                "\"2000-01-01T00:00:00+00:00\"",
                                "\"2026-02-30T00:00:00Z\"",
                                "\"+999999999-01-01T00:00:00Z\"",
                                "\"-999999999-01-01T00:00:00-18:00\"",
                                "{\"Host\":\"x\"}",
                                "{\"X-A\":\"a\\r\\nb\"}",
                                "{\"\":\"\"}",
                                "[0]",
                                "[1,2,3,4,5,6,7,8,9,10,11]",
                                "\"\\u0000\"",
                                "\"text\"")),
                Tuple.of(1, UrlTexts.any().map(JobTexts::quoted)));
        return Combinators.combine(names, values).as((name, value) -> quoted(name) + ":" + value);
    }

    private static String batch(List<String> jobs) {
        return "{\"jobs\":[" + String.join(",", jobs) + "]}";
    }

    /** As a JSON string, escaped no more than it must be. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
