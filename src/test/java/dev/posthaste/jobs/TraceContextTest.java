package dev.posthaste.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, sections 3.2 and 3.3. */
class TraceContextTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";

    @Test
    void aPlaceIsReadAndSaidAgainOneSpanFurther() {
        TraceContext context = read(List.of(PARENT), List.of());

        assertThat(context).isEqualTo(new TraceContext(TRACE, SPAN, "01", null));
        assertThat(context.in("00f067aa0ba902b7").parent()).isEqualTo("00-" + TRACE + "-00f067aa0ba902b7-01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-0",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "00-" + TRACE + "-" + SPAN + "-01-",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-0g",
                "00 " + TRACE + " " + SPAN + " 01"
            })
    void whatCannotBeUnderstoodIsNoTrace(String parent) {
        assertThat(TraceContext.of(List.of(parent), List.of("a=1"))).isNull();
    }

    @Test
    void twoPlacesAreNone() {
        assertThat(TraceContext.of(List.of(PARENT, PARENT), List.of())).isNull();
        assertThat(TraceContext.of(List.of(), List.of("a=1"))).isNull();
    }

    /** Section 3.2.4: what a later version has more is passed over, and what is said is version 00. */
    @Test
    void ofALaterVersionWhatIsKnownIsTaken() {
        TraceContext context = read(List.of("cc-" + TRACE + "-" + SPAN + "-01-more"), List.of());
        assertThat(context.parent()).isEqualTo(PARENT);
    }

    @ParameterizedTest
    @CsvSource({"00, 00", "01, 01", "02, 02", "03, 03", "ff, 03", "fc, 00"})
    void flagsThatNobodyKnowsAreNotSaidAgain(String said, String kept) {
        TraceContext context = read(List.of("00-" + TRACE + "-" + SPAN + "-" + said), List.of());
        assertThat(context.flags()).isEqualTo(kept);
    }

    @Test
    void severalLinesOfStateAreOne() {
        assertThat(state("a=1, b=2", "c=3,")).isEqualTo("a=1,b=2,c=3");
    }

    @Test
    void membersWithCharactersThatNobodyMaySendAreLeftOut() {
        assertThat(state("a=\u00e4")).isNull();
        assertThat(state("a=1\u0000")).isNull();
        assertThat(state("")).isNull();
        assertThat(state("a=1,b=\u00e4,c=3")).isEqualTo("a=1,c=3");
    }

    @Test
    void blanksBetweenMembersMayBeTabs() {
        assertThat(state("foo=1 \t , \t bar=2, \t baz=3")).isEqualTo("foo=1,bar=2,baz=3");
    }

    /** Whoever reads them judges them: this server only passes them on. */
    @Test
    void membersThatTheSpecificationDoesNotAllowGoOnAsTheyCame() {
        String odd = "no equals sign,UPPER=1,a=1,a=2,=3,b==,c=";

        assertThat(state(odd)).isEqualTo(odd);
    }

    @Test
    void ofTooMuchStateLongMembersGoFirstAndThenTheLastOnes() {
        String longOne = "long=" + "x".repeat(130);
        String many = "m=" + "y".repeat(100);

        assertThat(state(longOne, many)).isEqualTo(longOne + "," + many);
        assertThat(state(longOne, many, many, many, many, many)).isEqualTo(String.join(",", many, many, many, many));
    }

    @Test
    void noMoreIsKeptThanIsPromisedAndAllOfThatIs() {
        String fits =
                "m=" + "y".repeat(110) + ",n=" + "z".repeat(120) + ",o=" + "z".repeat(120) + ",p=" + "z".repeat(95);
        TraceContext context = read(List.of(PARENT), List.of(fits));
        assertThat(context.text()).hasSize(TraceContext.MAX_BYTES);
        assertThat(TraceContext.ofText(context.text())).isEqualTo(context);
        assertThat(state(fits + "q")).isEqualTo(fits.substring(0, fits.lastIndexOf(',')));
    }

    @Test
    void whatIsKeptIsReadAsItWas() {
        TraceContext bare = read(List.of(PARENT), List.of());
        assertThat(TraceContext.ofText(bare.text())).isEqualTo(bare);
        assertThat(TraceContext.ofText(null)).isNull();
    }

    private static TraceContext read(List<String> parents, List<String> states) {
        return Objects.requireNonNull(TraceContext.of(parents, states));
    }

    private static @Nullable String state(String... states) {
        TraceContext context = read(List.of(PARENT), List.of(states));
        return context.state();
    }
}
