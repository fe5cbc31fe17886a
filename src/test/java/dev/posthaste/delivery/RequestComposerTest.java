package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.jobs.TraceContext;
import dev.posthaste.redaction.Redaction;
import dev.posthaste.signing.TeamSigning;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestComposerTest {
    private static final RequestComposer COMPOSER = new RequestComposer("Test/1", InstantSource.fixed(Instant.EPOCH));
    private static final long QUEUE = 42;

    @Test
    void aJobIsSentForTheSakeOfItsQueue() {
        TargetUrl url = TargetUrl.parse("http://example.com/").orElseThrow();

        assertThat(COMPOSER.delivery(job("emails"), url, TeamSigning.NONE, null).owner())
                .isEqualTo(QUEUE);
    }

    /** RFC 3986, section 2. */
    @Test
    void theNameOfAQueueIsPercentEncodedButForUnreservedCharacters() {
        assertThat(COMPOSER.headers(job("aZ09-._~ /+%ä😀")))
                .containsEntry("X-Posthaste-Queue", "aZ09-._~%20%2F%2B%25%C3%A4%F0%9F%98%80");
    }

    @Test
    void aCallbackIsSentForTheSakeOfItsQueue() {
        TargetUrl url = TargetUrl.parse("http://example.com/").orElseThrow();
        CallbackDao.Due callback = new CallbackDao.Due(1, 2, QUEUE, 4, 0, "http://example.com/", "{}", 0, null);

        assertThat(COMPOSER.callback(callback, url, TeamSigning.NONE, null).owner())
                .isEqualTo(QUEUE);
    }

    @Test
    void whatIsSentSaysWhereItStandsInTheTraceOfWhoPushedIt() {
        TargetUrl url = TargetUrl.parse("http://example.com/").orElseThrow();
        TraceContext sentFrom = new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "01", "a=1");

        assertThat(COMPOSER.delivery(job("emails"), url, TeamSigning.NONE, sentFrom)
                        .headers())
                .containsEntry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .containsEntry("tracestate", "a=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TraceParent", "TRACESTATE"})
    void aUserWhoSetsOneOfTheHeadersGoesByATraceOfHisOwn(String name) {
        TargetUrl url = TargetUrl.parse("http://example.com/").orElseThrow();
        TraceContext sentFrom = new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "01", "a=1");

        Map<String, String> headers = COMPOSER.delivery(
                        job("emails", Map.of(name, "mine")), url, TeamSigning.NONE, sentFrom)
                .headers();

        assertThat(headers).containsEntry(name, "mine").doesNotContainKeys("traceparent", "tracestate");
    }

    private static DueJob job(String queue) {
        return job(queue, Map.of());
    }

    private static DueJob job(String queue, Map<String, String> headers) {
        TargetRequest request =
                new TargetRequest("GET", "http://example.com/", headers, null, null, null, List.of(), Redaction.NONE);
        return new DueJob(
                1,
                2,
                0,
                QUEUE,
                queue,
                3,
                request,
                1,
                1,
                5,
                0,
                0,
                false,
                30,
                List.of(),
                Redaction.NONE,
                "[]",
                false,
                Instant.EPOCH,
                null);
    }
}
