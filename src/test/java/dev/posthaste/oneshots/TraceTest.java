package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TraceTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final List<String> lines = new ArrayList<>();
    private int texts;
    private final Trace trace = new Trace(nanos::get, lines::add);

    @Test
    void nobodyIsFollowedAtFirstAndNoTextIsMade() {
        trace.say(shot("q1", 7), this::counted);
        trace.sayOfGroup("q1", "paused", "passed over");

        assertThat(trace.isOn()).isFalse();
        assertThat(trace.follows("q1")).isFalse();
        assertThat(lines).isEmpty();
        assertThat(texts).isZero();
    }

    @Test
    void aLineNamesQueueJobAndClaim() {
        follow("\"emails\"");

        trace.say(shot("q1", 7), () -> "handed over");
        trace.say(shot("c1", 9).key(), () -> "waits");
        trace.sayOfGroup("q1", "paused", "passed over");

        assertThat(lines)
                .containsExactly(
                        "Trace \"emails\", job 7, claim node:12.1.2: handed over",
                        "Trace \"emails\", callback 9: waits",
                        "Trace \"emails\", jobs: passed over");
    }

    @Test
    void othersAreNotTold() {
        follow("\"emails\"");

        trace.say(shot("q2", 7), this::counted);
        trace.sayOfGroup("q2", "paused", "passed over");

        assertThat(trace.isOn()).isTrue();
        assertThat(trace.follows("q2")).isFalse();
        assertThat(trace.groups()).containsExactly("c1", "q1");
        assertThat(lines).isEmpty();
        assertThat(texts).isZero();
    }

    @Test
    void itEndsByItselfAndSaysSoOnce() {
        follow("\"emails\"");
        pass(Duration.ofMinutes(10).minusNanos(1));
        assertThat(trace.follows("q1")).isTrue();

        pass(Duration.ofNanos(1));

        assertThat(trace.follows("q1")).isFalse();
        assertThat(trace.isOn()).isFalse();
        trace.say(shot("q1", 7), this::counted);
        assertThat(trace.end()).isNull();
        assertThat(lines).containsExactly("Trace \"emails\", the time is over, and nothing more is told");
    }

    @Test
    void oneQueueIsFollowedAtATimeAndWhoCameBeforeIsNamed() {
        assertThat(follow("\"a\"")).isNull();
        assertThat(follow("\"b\"")).isEqualTo("\"a\"");
        assertThat(trace.end()).isEqualTo("\"b\"");
        assertThat(trace.end()).isNull();
    }

    @Test
    void noLineBreakOfANameOrAMessageForgesALine() {
        follow("\"a\nb\u2028c\u0085d\"");

        trace.say(shot("q1", 7), () -> "answered\r\nINFO forged");

        assertThat(lines).containsExactly("Trace \"a b c d\", job 7, claim node:12.1.2: answered  INFO forged");
    }

    @Test
    void whatKeepsAGroupIsToldWhenItChangesAndNowAndThenWhileItDoesNot() {
        follow("\"emails\"");

        trace.sayOfGroup("q1", "rate", "in 300 ms");
        trace.sayOfGroup("q1", "rate", "in 200 ms");
        trace.sayOfGroup("c1", "rate", "of callbacks");
        trace.sayOfGroup("q1", "paused", "paused");
        pass(Duration.ofSeconds(9));
        trace.sayOfGroup("q1", "paused", "paused");
        pass(Duration.ofSeconds(1));
        trace.sayOfGroup("q1", "paused", "still paused");

        assertThat(lines)
                .containsExactly(
                        "Trace \"emails\", jobs: in 300 ms",
                        "Trace \"emails\", callbacks: of callbacks",
                        "Trace \"emails\", jobs: paused",
                        "Trace \"emails\", jobs: still paused");
    }

    @Test
    void whatCannotBeToldChangesNothing() {
        follow("\"emails\"");

        assertThatCode(() -> trace.say(shot("q1", 7), () -> {
                    throw new StackOverflowError("of the test");
                }))
                .doesNotThrowAnyException();
    }

    private @Nullable String follow(String name) {
        return trace.follow(
                new Trace.Followed(
                        name,
                        Map.of("q1", "job", "c1", "callback"),
                        key -> Long.parseLong(key.name(), 1, key.name().length(), 10)),
                Duration.ofMinutes(10));
    }

    private String counted() {
        texts++;
        return "told";
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static ClaimedOneShot shot(String group, int number) {
        return new ClaimedOneShot(
                new OneShotKey(group, "x" + number), "work", "node:12.1", 2, 3, Instant.EPOCH, Instant.EPOCH, 0);
    }
}
