package dev.posthaste.fuzz;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** URLs by the grammar of RFC 3986, in the spellings by which one reader is told another host than the next. */
public final class UrlTexts {
    private UrlTexts() {}

    /** Any: most of them none that may be sent to. */
    public static Arbitrary<String> any() {
        return Arbitraries.frequencyOf(Tuple.of(3, of(hosts())), Tuple.of(1, Texts.changed(of(hosts()), 3)));
    }

    /** With one of these hosts. */
    public static Arbitrary<String> of(Arbitrary<String> hosts) {
        Arbitrary<String> schemes = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of("http://", "https://")),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                "HTTP://",
                                "hTTps://",
                                "ftp://",
                                "http:",
                                "//",
                                "",
                                "http:///",
                                "file://",
                                "gopher://")));
        Arbitrary<String> users = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.just("")),
                Tuple.of(1, Arbitraries.of("a@", "a:b@", "127.0.0.1@", "@", "example.com:80@", "a%40b@")));
        Arbitrary<String> ports = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.of("", ":80", ":443", ":1", ":65535")),
                Tuple.of(
                        2,
                        Arbitraries.of(
                                ":", ":0", ":65536", ":080", ":99999", ":-1", ":8o", ":+80", ":\u0661", ":00000080")));
        Arbitrary<String> tails = Texts.of(
                Arbitraries.of(
                        "/",
                        "a",
                        "?",
                        "#",
                        "b=c",
                        "&",
                        "%20",
                        "%00",
                        "%",
                        "..",
                        "//",
                        "\\",
                        " ",
                        "\u00e9",
                        "e\u0301",
                        "\uD83D\uDE00",
                        ":",
                        "@",
                        "[x]",
                        "|",
                        "^",
                        "\t",
                        ";p"),
                6);
        return Combinators.combine(schemes, users, hosts, ports, tails)
                .as((scheme, user, host, port, tail) ->
                        scheme + user + host + port + (tail.isEmpty() ? "" : "/" + tail));
    }

    /** Names, addresses, and what could be taken for either. */
    public static Arbitrary<String> hosts() {
        Arbitrary<String> labels = Arbitraries.of(
                "a",
                "example",
                "com",
                "localhost",
                "1",
                "127",
                "0",
                "255",
                "256",
                "0x7f",
                "0177",
                "017",
                "x_y",
                "-a",
                "a-",
                "xn--bcher-kva",
                "b\u00fccher",
                "\u212a",
                "A",
                "1and1",
                "2130706433",
                "0X7F000001",
                "\u2460",
                "\uff11",
                "",
                "a".repeat(63),
                "a".repeat(64),
                "%61",
                "a b",
                "*");
        Arbitrary<String> dots = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.just(".")), Tuple.of(1, Arbitraries.of("\u3002", "..", "\uff0e", "%2e")));
        Arbitrary<String> names = Combinators.combine(
                        labels.list().ofMinSize(1).ofMaxSize(5), dots, Arbitraries.of("", "", "", "."))
                .as((list, dot, end) -> String.join(dot, list) + end);
        Arbitrary<String> groups = Arbitraries.of(
                "0",
                "1",
                "ffff",
                "::",
                ":",
                "fe80",
                "7f00",
                "127.0.0.1",
                "64",
                "ff9b",
                "%25eth0",
                "%1",
                "2001",
                "db8",
                "12345",
                "g");
        Arbitrary<String> sixes = groups.list().ofMinSize(1).ofMaxSize(9).map(list -> "[" + joined(list) + "]");
        return Arbitraries.frequencyOf(Tuple.of(4, names), Tuple.of(2, sixes), Tuple.of(1, Texts.odd()));
    }

    private static String joined(List<String> groups) {
        return String.join(":", groups).replace(":::", "::").replace(":%", "%");
    }
}
