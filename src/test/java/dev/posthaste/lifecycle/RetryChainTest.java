package dev.posthaste.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RetryChainTest {
    private static final AttemptResult SUCCESS = new AttemptResult.Succeeded();
    private static final AttemptResult FAILURE = new AttemptResult.Failed(FailureReason.HTTP_SERVER_ERROR, null);
    private static final AttemptResult INTERRUPTED = new AttemptResult.Failed(FailureReason.INTERRUPTED, null);

    static Stream<Arguments> table() {
        List<Integer> none = List.of();
        List<Integer> two = List.of(60, 1800);
        return Stream.of(
                Arguments.of("first success", none, 1, SUCCESS, end(JobStatus.COMPLETED, FinalStatus.SUCCESS)),
                Arguments.of(
                        "first success with retries", two, 1, SUCCESS, end(JobStatus.COMPLETED, FinalStatus.SUCCESS)),
                Arguments.of("a retry succeeds", two, 2, SUCCESS, end(JobStatus.COMPLETED, FinalStatus.SUCCESS)),
                Arguments.of("the last retry succeeds", two, 3, SUCCESS, end(JobStatus.COMPLETED, FinalStatus.SUCCESS)),
                Arguments.of("no retries", none, 1, FAILURE, end(JobStatus.FAILED, FinalStatus.FAILED_NO_RETRIES)),
                Arguments.of("first failure", two, 1, FAILURE, goesOn(FinalStatus.RETRYING, 60)),
                Arguments.of("a retry fails", two, 2, FAILURE, goesOn(FinalStatus.FAILED_WITH_RETRIES, 1800)),
                Arguments.of("the last retry fails", two, 3, FAILURE, end(JobStatus.FAILED, FinalStatus.DEAD_LETTERED)),
                Arguments.of(
                        "the only attempt is interrupted",
                        none,
                        1,
                        INTERRUPTED,
                        end(JobStatus.FAILED, FinalStatus.FAILED_NO_RETRIES)),
                Arguments.of("the first attempt is interrupted", two, 1, INTERRUPTED, goesOn(FinalStatus.RETRYING, 60)),
                Arguments.of(
                        "a retry is interrupted", two, 2, INTERRUPTED, goesOn(FinalStatus.FAILED_WITH_RETRIES, 1800)),
                Arguments.of(
                        "the last retry is interrupted",
                        two,
                        3,
                        INTERRUPTED,
                        end(JobStatus.FAILED, FinalStatus.DEAD_LETTERED)),
                Arguments.of(
                        "a later Retry-After holds for a retry as well",
                        two,
                        2,
                        asked(3600),
                        goesOn(FinalStatus.FAILED_WITH_RETRIES, 3600)),
                Arguments.of("a later Retry-After holds", two, 1, asked(90), goesOn(FinalStatus.RETRYING, 90)),
                Arguments.of("an earlier Retry-After does not", two, 1, asked(5), goesOn(FinalStatus.RETRYING, 60)),
                Arguments.of(
                        "Retry-After makes no retry of its own",
                        two,
                        3,
                        asked(5),
                        end(JobStatus.FAILED, FinalStatus.DEAD_LETTERED)),
                Arguments.of(
                        "delays taken away in the middle of a chain end it",
                        none,
                        2,
                        FAILURE,
                        end(JobStatus.FAILED, FinalStatus.DEAD_LETTERED)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void whatFollowsFromAnAttempt(
            String rule, List<Integer> delays, int attempt, AttemptResult result, Consequence expected) {
        assertThat(new RetryChain(delays).after(attempt, result)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(FailureReason.class)
    void whyAnAttemptFailedMakesNoDifference(FailureReason reason) {
        AttemptResult result = new AttemptResult.Failed(reason, null);

        assertThat(new RetryChain(List.of(60)).after(1, result)).isEqualTo(goesOn(FinalStatus.RETRYING, 60));
        assertThat(new RetryChain(List.of(60)).after(2, result))
                .isEqualTo(end(JobStatus.FAILED, FinalStatus.DEAD_LETTERED));
    }

    @Test
    void theThirdInterruptionFailsTheAttempt() {
        assertThat(Stream.of(1, 2, 3, 4).filter(Interruptions::failAttempt)).containsExactly(3, 4);
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

    private static AttemptResult asked(int seconds) {
        return new AttemptResult.Failed(FailureReason.HTTP_CLIENT_ERROR, Duration.ofSeconds(seconds));
    }

    private static Consequence end(JobStatus status, FinalStatus finalStatus) {
        return new Consequence(status, finalStatus, finalStatus, null);
    }

    private static Consequence goesOn(FinalStatus finalStatus, int seconds) {
        return new Consequence(JobStatus.FAILED, finalStatus, null, Duration.ofSeconds(seconds));
    }
}
