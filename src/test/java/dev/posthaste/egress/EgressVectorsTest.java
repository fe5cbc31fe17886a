package dev.posthaste.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.TargetUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of {@code vectors.txt}: each is judged, and none is connected to or looked up. */
class EgressVectorsTest {
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-f]{4})|\\\\)");
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

    private final EgressRules rules = new EgressRules(List.of(), Set.of(), List.of());

    @ParameterizedTest
    @MethodSource("vectors")
    void isJudgedAsItSays(Vector vector) throws UnknownHostException {
        assertThat(verdict(vector.what())).as(vector.why()).isEqualTo(vector.verdict());
    }

    /** An operator's block opens that block and nothing beside it. */
    @ParameterizedTest
    @MethodSource("vectors")
    void isPermittedWhereTheOperatorNamesItByItself(Vector vector) throws UnknownHostException {
        if (vector.verdict().equals("refused")) {
            InetAddress address = InetAddress.getByName(host(vector.what()).orElseThrow());
            String block = address.getHostAddress().replaceFirst("%.*", "");
            EgressRules opened = new EgressRules(EgressRules.parseAllowed(block), Set.of(), List.of());

            assertThat(opened.refusal(address, 80)).isEmpty();
            assertThat(opened.refusal(InetAddress.getByName("10.77.77.77"), 80)).isPresent();
        }
    }

    @Test
    void thereAreEnoughOfEachAndNoneTwice() throws IOException {
        List<Vector> all = vectors().toList();

        assertThat(all)
                .hasSizeGreaterThanOrEqualTo(250)
                .extracting(Vector::what)
                .doesNotHaveDuplicates();
        assertThat(all).filteredOn(vector -> vector.verdict().equals("allowed")).hasSizeGreaterThanOrEqualTo(50);
        assertThat(all).extracting(Vector::why).allMatch(why -> !why.isBlank());
    }

    private String verdict(String what) throws UnknownHostException {
        Optional<String> host = host(what);
        if (host.isEmpty()) {
            return "invalid";
        }
        if (!LITERAL.matcher(host.get()).matches()) {
            return "name";
        }
        return rules.refusal(InetAddress.getByName(host.get()), 80).isPresent() ? "refused" : "allowed";
    }

    private static Optional<String> host(String what) {
        boolean isAddress = what.matches("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*(%[0-9]+)?");
        return isAddress ? Optional.of(what) : TargetUrl.parse(what).map(TargetUrl::host);
    }

    static Stream<Vector> vectors() throws IOException {
        try (InputStream file = EgressVectorsTest.class.getResourceAsStream("vectors.txt")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            return text
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Vector::parse)
                    .toList()
                    .stream();
        }
    }

    private record Vector(String verdict, String what, String why) {
        static Vector parse(String line) {
            String[] parts = line.split(" \\| ", 3);
            return new Vector(parts[0], unescaped(parts[1]), parts[2]);
        }

        private static String unescaped(String text) {
            return ESCAPE.matcher(text)
                    .replaceAll(escape ->
                            escape.group(1) == null ? "\\\\" : "\\" + (char) Integer.parseInt(escape.group(1), 16));
        }
    }
}
