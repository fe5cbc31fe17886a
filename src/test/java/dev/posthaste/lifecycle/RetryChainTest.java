package dev.posthaste.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RetryChainTest {
    private static final List<Integer> NONE = List.of();
    private static final List<Integer> TWO = List.of(60, 1800);

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("no retries", NONE, 1, null, end(JobStatus.FAILED, FinalStatus.FAILED_NO_RETRIES)),
                Arguments.of("first failure", TWO, 1, null, goesOn(FinalStatus.RETRYING, 60)),
                Arguments.of("a retry fails", TWO, 2, null, goesOn(FinalStatus.FAILED_WITH_RETRIES, 1800)),
                Arguments.of("the last retry fails", TWO, 3, null, end(JobStatus.FAILED, FinalStatus.DEAD_LETTERED)),
                Arguments.of(
                        "a later Retry-After holds for a retry as well",
                        TWO,
                        2,
                        Duration.ofSeconds(3600),
                        goesOn(FinalStatus.FAILED_WITH_RETRIES, 3600)),
                Arguments.of(
                        "a later Retry-After holds", TWO, 1, Duration.ofSeconds(90), goesOn(FinalStatus.RETRYING, 90)),
                Arguments.of(
                        "an earlier Retry-After does not",
                        TWO,
                        1,
                        Duration.ofSeconds(5),
                        goesOn(FinalStatus.RETRYING, 60)),
                Arguments.of(
                        "Retry-After makes no retry of its own",
                        TWO,
                        3,
                        Duration.ofSeconds(5),
                        end(JobStatus.FAILED, FinalStatus.DEAD_LETTERED)),
                Arguments.of(
                        "delays taken away in the middle of a chain end it",
                        NONE,
                        2,
                        null,
                        end(JobStatus.FAILED, FinalStatus.DEAD_LETTERED)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void whatFollowsFromAFailure(
            String rule, List<Integer> delays, int attempt, @Nullable Duration retryAfter, Consequence expected) {
        assertThat(new RetryChain(delays).afterFailure(attempt, retryAfter)).isEqualTo(expected);
    }

    @Test
    void aSuccessEndsTheChain() {
        assertThat(RetryChain.afterSuccess()).isEqualTo(end(JobStatus.COMPLETED, FinalStatus.SUCCESS));
    }

    @Test
    void theThirdInterruptionFailsTheAttempt() {
        assertThat(Stream.of(1, 2, 3, 4).filter(Interruptions::isTooMany)).containsExactly(3, 4);
    }

    @Test
    void aChainGoesOnOrEndsAsADeadLetterOrOtherwise() {
        assertThat(goesOn(FinalStatus.RETRYING, 60).isFinal()).isFalse();
        assertThat(goesOn(FinalStatus.RETRYING, 60).isDeadLetter()).isFalse();
        assertThat(end(JobStatus.COMPLETED, FinalStatus.SUCCESS).isFinal()).isTrue();
        assertThat(end(JobStatus.COMPLETED, FinalStatus.SUCCESS).isDeadLetter()).isFalse();
        assertThat(end(JobStatus.FAILED, FinalStatus.DEAD_LETTERED).isDeadLetter())
                .isTrue();
    }

    private static Consequence end(JobStatus status, FinalStatus finalStatus) {
        return new Consequence(status, finalStatus, finalStatus, null);
    }

    private static Consequence goesOn(FinalStatus finalStatus, int seconds) {
        return new Consequence(JobStatus.FAILED, finalStatus, null, Duration.ofSeconds(seconds));
    }
}
