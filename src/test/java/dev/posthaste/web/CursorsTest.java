package dev.posthaste.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.input.Cursors;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {
    private final Cursors cursors = new Cursors("jobs", Arrays.asList("emails", null));

    @ParameterizedTest
    @ValueSource(longs = {1, 847, Long.MAX_VALUE})
    void aCursorLeadsOnWhereItsPageEnded(long id) {
        assertThat(read(cursors, cursors.before(id))).isEqualTo(id);
    }

    @Test
    void withoutOneAListBeginsWithItsNewest() {
        assertThat(Page.Request.parse(null, null, cursors).before()).isEqualTo(Long.MAX_VALUE);
        assertThat(Page.Request.parse(" ", null, cursors).before()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aCursorIsGoodForItsListAndItsFiltersOnly() {
        String cursor = cursors.before(847);

        for (Cursors others : List.of(
                new Cursors("queues", Arrays.asList("emails", null)),
                new Cursors("jobs", Arrays.asList("emails", "x")),
                new Cursors("jobs", Arrays.asList(null, "emails")),
                new Cursors("jobs", Arrays.asList("email", null)),
                new Cursors("jobs", List.of("emails")),
                new Cursors("jobs", List.of()))) {
            assertRefused(others, cursor);
        }
    }

    @Test
    void noPartOfACursorAndNoneThatWasChangedIsOne() {
        String cursor = cursors.before(847);

        for (int i = 0; i < cursor.length(); i++) {
            if (i > 0) {
                assertRefused(cursors, cursor.substring(0, i));
                assertRefused(cursors, cursor.substring(i));
            }
            char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
            assertRefused(cursors, cursor.substring(0, i) + other + cursor.substring(i + 1));
        }
        for (String odd : List.of(cursor + "A", cursor + "=", cursor + cursor, " " + cursor, "847", "\u0000", "é")) {
            assertRefused(cursors, odd);
        }
    }

    private static long read(Cursors cursors, String cursor) {
        return Page.Request.parse(cursor, null, cursors).before();
    }

    private static void assertRefused(Cursors cursors, String cursor) {
        assertThatThrownBy(() -> read(cursors, cursor))
                .as(cursor)
                .hasMessage("The cursor field is not a cursor of this list with these filters.")
                .asInstanceOf(InstanceOfAssertFactories.type(ApiException.class))
                .satisfies(refused -> assertThat(refused.response().getStatus()).isEqualTo(422));
    }
}
