package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.jobs.TargetUrl;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestComposerTest {
    private static final long QUEUE = 42;

    @Test
    void aJobIsSentForTheSakeOfItsQueue() {
        TargetUrl url = TargetUrl.parse("http://example.com/").orElseThrow();
        TargetRequest request = new TargetRequest("GET", "http://example.com/", Map.of(), null, null, null, List.of());
        DueJob job =
                new DueJob(1, 2, QUEUE, "emails", 3, request, 1, 1, 5, 0, 0, false, 30, List.of(), "[]", Instant.EPOCH);

        assertThat(new RequestComposer("Test/1").delivery(job, url).owner()).isEqualTo(QUEUE);
    }

    @Test
    void aCallbackIsSentForTheSakeOfItsQueue() {
        TargetUrl url = TargetUrl.parse("http://example.com/").orElseThrow();
        CallbackDao.Due callback = new CallbackDao.Due(1, 2, QUEUE, "http://example.com/", "{}", 0);

        assertThat(new RequestComposer("Test/1").callback(callback, url).owner())
                .isEqualTo(QUEUE);
    }
}
