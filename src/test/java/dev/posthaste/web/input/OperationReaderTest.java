package dev.posthaste.web.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.jobs.ChainFilter;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobStatus;
import dev.posthaste.operations.NewOperation;
import dev.posthaste.operations.OperationAction;
import dev.posthaste.web.http.ApiException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationReaderTest {
    private final OperationReader reader = new OperationReader(new JsonDocument());

    @Test
    void whoSaysNothingElseGetsADryRunAsFastAsItGoes() {
        assertThat(read("{'action': 'replay', 'filter': {'queue': 'emails'}, 'max_per_second': null}"))
                .isEqualTo(new NewOperation(
                        OperationAction.REPLAY,
                        new ChainFilter("emails", null, null, null, null, null, null, null, null, null),
                        true,
                        null));
    }

    @Test
    void everythingThatAFilterNamesIsRead() {
        assertThat(read("""
                        {'action': 'purge', 'dry_run': false, 'max_per_second': 1000, 'filter': {'queue': 'emails',
                         'status': 'failed', 'final_status': 'dead_lettered', 'url': '/x', 'tag': 'a', 'host': 'a.test',
                         'failure_reason': 'timeout', 'before': '2026-04-10T14:10:00.9+02:00', 'after': '1900-01-01T00:00:00Z',
                         'replayed': false}}
                        """))
                .isEqualTo(new NewOperation(
                        OperationAction.PURGE,
                        new ChainFilter(
                                "emails",
                                JobStatus.FAILED,
                                FinalStatus.DEAD_LETTERED,
                                "/x",
                                "a",
                                "a.test",
                                FailureReason.TIMEOUT,
                                Instant.parse("2026-04-10T12:10:00Z"),
                                Instant.EPOCH,
                                false),
                        false,
                        1_000));
    }

    /** Cut down, it would mean what was accepted before it. */
    @Test
    void afterAPartOfASecondBeginsWithTheNextOne() {
        assertThat(read("{'action': 'purge', 'filter': {'after': '2026-04-10T14:10:00.001Z'}}")
                        .filter()
                        .after())
                .isEqualTo(Instant.parse("2026-04-10T14:10:01Z"));
        assertThat(read("{'action': 'purge', 'filter': {'after': '2026-04-10T14:10:00Z'}}")
                        .filter()
                        .after())
                .isEqualTo(Instant.parse("2026-04-10T14:10:00Z"));
    }

    /** What a database's times do not reach means the same as the end of those that they do. */
    @Test
    void timesBeyondAllTimesAreTheLastThatThereAre() {
        assertThat(read("{'action': 'purge', 'filter': {'before': '+999999999-12-31T23:59:59Z'}}")
                        .filter()
                        .before())
                .isEqualTo(Instant.parse("9999-12-31T23:59:59Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|The action field is required. (and 1 more error)",
                "{'action': 'delete', 'filter': {'queue': 'a'}}|The selected action is invalid.",
                "{'action': 'REPLAY', 'filter': {'queue': 'a'}}|The selected action is invalid.",
                "{'action': 'replay'}|The filter field is required.",
                "{'action': 'replay', 'filter': null}|The filter field is required.",
                "{'action': 'replay', 'filter': []}|The filter field must be an object.",
                "{'action': 'replay', 'filter': 'queue'}|The filter field must be an object.",
                "{'action': 'replay', 'filter': {}}|The filter field must name something: queue, status, final_status, url, tag,"
                        + " host, failure_reason, before, after or replayed.",
                "{'action': 'replay', 'filter': {'queue': ''}}|The filter.queue field must not be blank: leave out what does"
                        + " not matter.",
                "{'action': 'replay', 'filter': {'queues': 'a'}}|The filter.queues field is unknown.",
                "{'action': 'replay', 'filter': {'queue': 'a', 'ids': [1]}}|The filter.ids field is unknown.",
                "{'action': 'replay', 'filter': {'queue': 7}}|The filter.queue field must be a string.",
                "{'action': 'replay', 'filter': {'queue': 'a\\u0000'}}|The filter.queue field must not contain control characters.",
                "{'action': 'replay', 'filter': {'url': 'a\\u0000'}}|The filter.url field must not contain control characters.",
                "{'action': 'replay', 'filter': {'tag': 'a\\n'}}|The filter.tag field must not contain control characters.",
                "{'action': 'replay', 'filter': {'host': 'a\\n'}}|The filter.host field must not contain control characters.",
                "{'action': 'replay', 'filter': {'status': 'dead'}}|The selected filter.status is invalid.",
                "{'action': 'replay', 'filter': {'final_status': 'dead'}}|The selected filter.final status is invalid.",
                "{'action': 'replay', 'filter': {'replayed': 'no'}}|The filter.replayed field must be true or false.",
                "{'action': 'replay', 'filter': {'before': 'today'}}|The filter.before field must be an ISO 8601 date and time"
                        + " with an offset.",
                "{'action': 'replay', 'filter': {'queue': 'a'}, 'dry_run': 'no'}|The dry run field must be true or false.",
                "{'action': 'replay', 'filter': {'queue': 'a'}, 'max_per_second': 0}|The max per second field must be between 1 and"
                        + " 1000.",
                "{'action': 'replay', 'filter': {'queue': 'a'}, 'max_per_second': 1001}|The max per second field must be between 1"
                        + " and 1000.",
                "{'action': 'replay', 'filter': {'queue': 'a'}, 'dryrun': true}|The dryrun field is unknown.",
            })
    void whatCannotBeMeantIsRefused(String body, String message) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(ApiException.class).hasMessage(message);
    }

    private NewOperation read(String body) {
        return reader.read(body.replace('\'', '"'));
    }
}
