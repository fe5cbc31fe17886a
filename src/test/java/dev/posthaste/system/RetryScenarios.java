package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.system.RecordingReceiver.Arrival;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** What follows from an attempt that failed. */
interface RetryScenarios extends Scenarios {
    @Test
    default void afterTwoFailuresTheThirdAttemptResolvesTheChain() throws Exception {
        Semaphore answers = new Semaphore(0);
        receiver().script("/flaky", (exchange, count) -> {
            answers.acquire();
            RecordingReceiver.answering(count < 3 ? 500 : 200, "answer " + count)
                    .answer(exchange, count);
        });

        Sent sent = send(to("/flaky").with("retry_delays", "[3, 2]").json("{\"n\": 1}"));

        awaitArrivals("/flaky", 1);
        sent.awaitStates("1 processing null");
        sent.assertWhole();
        answers.release();
        sent.awaitStates("1 failed retrying", "2 pending null");
        sent.assertWhole();
        assertReported(sent, 1, "retrying", false);
        assertDue(sent, 2, endOf(sent, 1).plusSeconds(3));

        awaitArrivals("/flaky", 2);
        sent.awaitStates("1 failed retrying", "2 processing null");
        sent.assertWhole();
        answers.release();
        sent.awaitStates("1 failed retrying", "2 failed failed_with_retries", "3 pending null");
        sent.assertWhole();
        assertReported(sent, 2, "failed_with_retries", false);
        assertDue(sent, 3, endOf(sent, 2).plusSeconds(2));

        answers.release();
        sent.awaitStates("1 failed success", "2 failed failed_with_retries", "3 completed success");
        sent.assertWhole();
        assertReported(sent, 3, "success", true);
        List<Arrival> arrivals = awaitArrivals("/flaky", 3);
        for (int i = 0; i < arrivals.size(); i++) {
            Arrival arrival = arrivals.get(i);
            assertThat(arrival.header("X-Posthaste-Attempt")).isEqualTo(String.valueOf(i + 1));
            assertThat(arrival.header("X-Posthaste-Job-Id")).isEqualTo(String.valueOf(sent.idOf(i + 1)));
            assertThat(arrival.header("X-Posthaste-Original-Job-Id")).isEqualTo(String.valueOf(sent.id()));
            sent.ownHeaders()
                    .forEach((name, value) ->
                            assertThat(arrival.header(name)).as(name).isEqualTo(value));
            assertThat(arrival.body()).isEqualTo("{\"n\": 1}");
            assertThat(sent.runsOf(sent.idOf(i + 1))).hasSize(1);
            assertThat(sent.run(i + 1).get("response_body").asText()).isEqualTo("answer " + (i + 1));
        }
        assertThat(arrivals.get(1).at()).isAfterOrEqualTo(endOf(sent, 1).plusSeconds(3));
        assertThat(arrivals.get(2).at()).isAfterOrEqualTo(endOf(sent, 2).plusSeconds(2));
    }

    @Test
    default void aChainIsOverWithItsLastDelay() throws Exception {
        Sent sent = send(to("/failing").with("retry_delays", "[1]"));

        sent.awaitStates("1 failed dead_lettered", "2 failed dead_lettered");
        sent.assertWhole();
        assertReported(sent, 1, "retrying", false);
        assertReported(sent, 2, "dead_lettered", true);
    }

    @Test
    default void anAnswerThatBreaksAnAssertionIsRetriedLikeAnyFailure() throws Exception {
        receiver()
                .script(
                        "/slowly",
                        RecordingReceiver.once(
                                RecordingReceiver.answering(200, "not yet"), RecordingReceiver.answering(200, "done")));

        Sent sent = send(to("/slowly")
                .with("retry_delays", "[1]")
                .with("success_assertions", "[{'type': 'body_contains', 'value': 'done'}]"));

        sent.awaitStates("1 failed success", "2 completed success");
        assertThat(sent.run(1).get("failure_reason").asText()).isEqualTo("assertion_failed");
        assertReported(sent, 1, "retrying", false);
        assertReported(sent, 2, "success", true);
    }

    /**
     * What a busy endpoint asks for.
     *
     * @param expected when the retry is due, from the end of the failed run on; null for the instant that was asked for
     */
    record Pause(int status, String retryAfter, Duration expected) {}

    @Test
    default void aRetryWaitsAsLongAsA429OrA503AsksFor() throws Exception {
        // Later than what a fire may take on a busy machine.
        Instant asked = Instant.now().plusSeconds(6).truncatedTo(ChronoUnit.SECONDS);
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(asked.atOffset(ZoneOffset.UTC));
        List<Pause> pauses = List.of(
                new Pause(429, "3", Duration.ofSeconds(3)),
                new Pause(429, date, null),
                new Pause(503, "3", Duration.ofSeconds(3)),
                new Pause(503, date, null),
                new Pause(429, "soon", Duration.ofSeconds(1)),
                new Pause(503, "-3", Duration.ofSeconds(1)),
                new Pause(429, "0", Duration.ofSeconds(1)),
                new Pause(500, "3", Duration.ofSeconds(1)));
        List<Sent> all = new ArrayList<>();
        for (int i = 0; i < pauses.size(); i++) {
            receiver().script("/busy/" + i, busyOnce(pauses.get(i)));
            all.add(send(to("/busy/" + i).with("retry_delays", "[1]")));
        }

        for (int i = 0; i < pauses.size(); i++) {
            Sent sent = all.get(i);
            sent.awaitStates("1 failed success", "2 completed success");
            Duration expected = pauses.get(i).expected();
            Instant failed = endOf(sent, 1);
            Instant due = expected != null ? failed.plus(expected) : latest(asked, failed.plusSeconds(1));
            assertDue(sent, 2, due);
            assertThat(awaitArrivals("/busy/" + i, 2).get(1).at()).isAfterOrEqualTo(due);
            assertReported(sent, 1, "retrying", false);
            assertReported(sent, 2, "success", true);
        }
    }

    @Test
    default void nobodyPutsARetryOffForMoreThanADay() throws Exception {
        receiver().script("/next-year", busyOnce(new Pause(503, "31536000", Duration.ofDays(1))));

        Sent sent = send(to("/next-year").with("retry_delays", "[1]"));

        sent.awaitStates("1 failed retrying", "2 pending null");
        assertDue(sent, 2, endOf(sent, 1).plus(Duration.ofDays(1)));
    }

    private static RecordingReceiver.Script busyOnce(Pause pause) {
        return RecordingReceiver.once(
                RecordingReceiver.answering(pause.status(), "", "Retry-After", pause.retryAfter()),
                RecordingReceiver.status(200));
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
