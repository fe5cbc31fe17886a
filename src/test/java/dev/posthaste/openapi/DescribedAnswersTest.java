package dev.posthaste.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An answer that is not as it is described is found, whatever of it is not. */
class DescribedAnswersTest {
    private static final Map<String, List<String>> JSON = Map.of("content-type", List.of("application/json"));
    private static final Map<String, List<String>> PUSHED =
            Map.of("content-type", List.of("application/json"), "location", List.of("/api/jobs/2"));

    private static final String BODY = "{\"success\":true,\"queue_id\":1,\"job_id\":2,"
            + "\"scheduled_at\":\"2026-04-10T14:10:00+00:00\",\"message\":\"Scheduled successfully\"}";

    private final DescribedAnswers answers = new DescribedAnswers(Description.read());

    @Test
    void whatIsAsItIsDescribedIsTaken() {
        assertThat(complaints("POST", "/api/jobs", 201, PUSHED, BODY)).isEmpty();
        assertThat(complaints("DELETE", "/api/jobs/7", 204, Map.of(), "")).isEmpty();
        assertThat(complaints("HEAD", "/api/jobs/7", 404, JSON, "")).isEmpty();
        assertThat(complaints("PUT", "/api/jobs", 405, JSON, "{\"error\":\"Method not allowed\"}"))
                .isEmpty();
        assertThat(complaints("GET", "/api/nonsense", 404, JSON, "{\"error\":\"Not found\"}"))
                .isEmpty();
    }

    @Test
    void aFieldThatNobodyDescribedIsFound() {
        assertThat(complaints("POST", "/api/jobs", 201, PUSHED, BODY.replace("}", ",\"more\":1}")))
                .hasSize(1)
                .first()
                .asString()
                .contains("more");
        assertThat(complaints(
                        "GET",
                        "/api/health",
                        503,
                        Map.of("content-type", List.of("application/json"), "retry-after", List.of("2")),
                        "{\"error\":\"x\",\"trace\":\"at line 7\"}"))
                .hasSize(1);
    }

    @Test
    void aFieldDeepInAListIsFound() {
        String queue = "{\"data\":[{\"id\":1,\"name\":\"q\",\"is_active\":true,\"timeout_seconds\":30,"
                + "\"retries_enabled\":true,\"retry_delays\":[1],\"success_assertions\":[],\"alerts_enabled\":false,"
                + "\"max_parallelism\":null,\"max_per_second\":null,\"dlq_retention_days\":14,\"redact\":[],"
                + "\"counts\":{\"pending\":0,\"processing\":0,\"completed\":0,\"failed\":0,\"dead_lettered\":0}}],"
                + "\"next_cursor\":null}";

        assertThat(complaints("GET", "/api/queues", 200, JSON, queue)).isEmpty();
        assertThat(complaints("GET", "/api/queues", 200, JSON, queue.replace("\"pending\":0", "\"pending\":0,\"x\":0")))
                .first()
                .asString()
                .contains("/data/0/counts", "'x'");
        assertThat(complaints("GET", "/api/queues", 200, JSON, queue.replace("\"pending\":0,", "")))
                .first()
                .asString()
                .contains("/data/0/counts", "'pending'");
    }

    @Test
    void aValueOfAnotherTypeOrFormIsFound() {
        assertThat(complaints("POST", "/api/jobs", 201, PUSHED, BODY.replace(":2,", ":\"2\",")))
                .isNotEmpty();
        assertThat(complaints("POST", "/api/jobs", 201, PUSHED, BODY.replace("+00:00", "Z")))
                .isNotEmpty();
        assertThat(complaints("GET", "/api/jobs/7", 404, JSON, "{\"message\":\"x\"}"))
                .isNotEmpty();
    }

    @Test
    void aStatusAHeaderOrATypeThatIsNotDescribedIsFound() {
        assertThat(complaints("POST", "/api/jobs", 404, JSON, "{\"error\":\"x\"}"))
                .containsExactly("no such answer is described");
        assertThat(complaints("GET", "/api/nonsense", 200, JSON, "{}")).containsExactly("no such answer is described");
        assertThat(complaints("POST", "/api/jobs", 201, JSON, BODY)).containsExactly("the header Location is missing");
        assertThat(complaints("GET", "/api/health", 503, JSON, "{\"error\":\"x\"}"))
                .containsExactly("the header Retry-After is missing");
        assertThat(complaints("GET", "/api/health", 200, Map.of("content-type", List.of("text/html")), "<p>"))
                .containsExactly("it is not application/json");
        assertThat(complaints("DELETE", "/api/jobs/7", 204, Map.of(), "{}")).containsExactly("there is a body");
        assertThat(complaints("GET", "/api/health", 200, JSON, "{")).hasSize(1);
    }

    private List<String> complaints(
            String method, String path, int status, Map<String, List<String>> headers, String body) {
        return answers.complaints(method, path, status, headers, body);
    }
}
