package dev.posthaste.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.fuzz.Fuzz;
import dev.posthaste.fuzz.Texts;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.input.Cursors;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class CursorsFuzzTest {
    private final Cursors cursors = new Cursors("jobs", Arrays.asList("emails", null));

    @Test
    void aCursorIsOneOfOursOrRefused() {
        Arbitrary<String> ours = Arbitraries.longs().map(cursors::before);
        Arbitrary<String> others = Arbitraries.longs().map(new Cursors("jobs", Arrays.asList("email", null))::before);
        Arbitrary<String> any = Arbitraries.frequencyOf(
                Tuple.of(1, ours),
                Tuple.of(1, others),
                Tuple.of(3, Texts.changed(ours, 2)),
                Tuple.of(1, Arbitraries.strings().withChars("AZaz09-_=+/").ofMaxLength(30)),
                Tuple.of(1, Texts.of(Texts.odd(), 4)));

        Fuzz.hold("cursors", any, 10_000, cursor -> {
            Errors errors = new Errors();
            long before = cursors.read(cursor, errors);

            if (cursor.isBlank()) {
                assertThat(before).isEqualTo(Long.MAX_VALUE);
            } else if (errors.isEmpty()) {
                assertThat(cursors.before(before)).isEqualTo(cursor);
            } else {
                assertThat(errors.message())
                        .isEqualTo("The cursor field is not a cursor of this list with these filters.");
            }
        });
    }
}
