package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What has happened, as {@code GET /api/stats} tells it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatsIT {
    private static final List<String> COUNTERS =
            List.of("accepted", "delivered", "failed_attempts", "retried", "dead_lettered", "cancelled");

    private ServerInside server;
    private RecordingReceiver receiver;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        receiver.script("/failing", RecordingReceiver.status(500));
        server = new ServerInside(ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"));
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
    }

    @Test
    void eachThingThatHappensToAJobIsCountedOnce() {
        Api api = server.apiOfTeam("each");
        api.push(job("each", "/ok", ""));
        api.pushAll(job("each", "/ok", ""), 3);
        api.push(job("each", "/failing", ", \"retry_delays\": []"));
        long dead = api.push(job("each", "/failing", ", \"retry_delays\": [1]"));
        long cancelled = api.push(job("each", "/ok", ", \"delay\": 3600"));
        long deleted = api.push(job("each", "/ok", ", \"delay\": 3600"));
        assertThat(api.post("/api/jobs/" + cancelled + "/cancel", "").statusCode())
                .isEqualTo(200);
        assertThat(api.delete("/api/jobs/" + deleted).statusCode()).isEqualTo(204);
        await().until(() -> api.job(dead).get("final_status").asText().equals("dead_lettered"));
        assertThat(api.post("/api/dead-letters/replay", "{\"ids\": [" + dead + "]}")
                        .statusCode())
                .isEqualTo(201);

        // The replay fails as its original did, with the retries of the queue that it has: one of a second.
        awaitCounts(api, "?queue=each", counts(9, 4, 5, 2, 2, 2));
        assertThat(counts(api, "")).isEqualTo(counts(9, 4, 5, 2, 2, 2));
    }

    /** As fifty dashboards do. */
    @Test
    void whoAsksForTheSameStepsIsToldWhatAnotherHasJustBeenTold() {
        Api api = server.apiOfTeam("shared");
        String path = "/api/stats?step=3600&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";
        HttpResponse<String> first = api.get(path);
        String tag = first.headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> known =
                api.send(api.request(path, "If-None-Match", tag).GET());

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(server.apiOfTeam("another").get(path).body()).isEqualTo(first.body());
    }

    @Test
    void whatHasHappenedIsNotTakenBackByPurgesRemovalsAndDeletions() {
        Api api = server.apiOfTeam("kept");
        long queue = api.createQueue("{\"name\": \"kept\"}");
        long finished = api.push(job("kept", "/ok", ""));
        api.pushAll(job("kept", "/ok", ", \"delay\": 3600"), 5);
        long dead = api.push(job("kept", "/failing", ", \"retry_delays\": [1]"));
        await().until(() -> api.job(finished).get("status").asText().equals("completed")
                && api.job(dead).get("final_status").asText().equals("dead_lettered"));
        Map<String, Long> happened = counts(7, 1, 2, 1, 1, 5);

        assertThat(Api.json(api.post("/api/queues/" + queue + "/purge", ""))
                        .get("cancelled")
                        .asLong())
                .isEqualTo(5);
        assertThat(Api.json(api.post("/api/dead-letters/purge", "{\"queue\": \"kept\"}"))
                        .get("purged")
                        .asLong())
                .isOne();
        assertThat(api.delete("/api/jobs/" + finished).statusCode()).isEqualTo(204);
        awaitCounts(api, "?queue=kept", happened);
        assertThat(api.delete("/api/queues/" + queue).statusCode()).isEqualTo(204);
        api.push(job("other", "/ok", ""));

        awaitCounts(api, "", counts(8, 2, 2, 1, 1, 5));
        assertThat(data(api, "?queue=kept")).isEmpty();
    }

    @Test
    void executionsAreCountedInTheQueueOfTheirCronOrInTheTeamAlone() throws Exception {
        Api api = server.apiOfTeam("crons");
        String cron = "{\"name\": \"c\", \"cron_expression\": \"@yearly\", \"url\": \"" + receiver.url("/failing")
                + "\", \"retry_delays\": [1]";
        long with = id(api.post("/api/crons", cron + ", \"queue\": \"of-cron\"}"));
        long without = id(api.post("/api/crons", cron + "}"));
        long heartbeat = id(
                api.post("/api/crons", "{\"name\": \"h\", \"cron_expression\": \"@yearly\", \"expect_ping\": true}"));
        for (long one : new long[] {with, without}) {
            assertThat(api.post("/api/crons/" + one + "/run", "").statusCode()).isEqualTo(201);
        }
        String ping =
                Api.json(api.get("/api/crons/" + heartbeat)).get("ping_url").asText();
        assertThat(api.get(ping.replaceFirst("^.*/ping/", "/ping/") + "/fail").statusCode())
                .isEqualTo(200);
        await().until(() -> Api.json(api.get("/api/crons/" + heartbeat))
                .get("last_status")
                .asText()
                .equals("failed"));

        awaitCounts(api, "?queue=of-cron", counts(1, 0, 2, 1, 1, 0));
        awaitCounts(api, "", counts(2, 0, 4, 2, 2, 0));
        assertThat(server.database().number("select count(*) from queue_counts where queue_id < 0 and pending <> 0"))
                .isZero();
    }

    @Test
    void whatWasWaitingOfARemovedCronIsCancelled() {
        Api api = server.apiOfTeam("removed");
        long queue = api.createQueue("{\"name\": \"paused\", \"is_active\": false}");
        long cron = id(api.post(
                "/api/crons",
                "{\"name\": \"c\", \"cron_expression\": \"@yearly\", \"queue\": \"paused\", \"url\": \""
                        + receiver.url("/ok") + "\"}"));
        api.post("/api/crons/" + cron + "/run", "");
        api.post("/api/crons/" + cron + "/run", "");

        assertThat(api.delete("/api/crons/" + cron).statusCode()).isEqualTo(204);

        awaitCounts(api, "?queue=paused", counts(2, 0, 0, 0, 0, 2));
        assertThat(Api.json(api.get("/api/queues/" + queue))
                        .at("/counts/pending")
                        .asLong())
                .isZero();
    }

    /** What came in or is tried again is delivered, has failed, was cancelled, or waits. */
    @Test
    void theCountersAddUpToWhatIsPending() {
        Api api = server.apiOfTeam("sums");
        api.pushAll(job("sums", "/ok", ""), 20);
        api.pushAll(job("sums", "/failing", ", \"retry_delays\": [3600]"), 10);
        api.pushAll(job("sums", "/ok", ", \"delay\": 3600"), 5);

        awaitCounts(api, "?queue=sums", counts(35, 20, 10, 10, 0, 0));

        long queue = Api.json(api.get("/api/queues")).at("/data/0/id").asLong();
        assertThat(Api.json(api.get("/api/queues/" + queue))
                        .at("/counts/pending")
                        .asLong())
                .isEqualTo(35 + 10 - 20 - 10);
    }

    @Test
    void howLateAndHowLongIsToldInMillisecondsAndIsNullWhereNothingHappened() {
        Api api = server.apiOfTeam("times");
        api.push(job("times", "/ok", ""));

        awaitCounts(api, "?queue=times", counts(1, 1, 0, 0, 0, 0));

        List<JsonNode> points = data(api, "?queue=times");
        List<JsonNode> full = points.stream()
                .filter(point -> !point.at("/duration_ms/max").isNull())
                .toList();
        assertThat(full).hasSize(1);
        for (String name : List.of("lateness_ms", "duration_ms")) {
            JsonNode times = full.get(0).get(name);
            assertThat(times.get("p50").asLong()).isBetween(0L, times.get("max").asLong());
            assertThat(times.get("p99").asLong()).isEqualTo(times.get("max").asLong());
        }
        JsonNode empty = points.get(0);
        assertThat(empty.toString())
                .isEqualTo("{\"at\":\"" + empty.get("at").asText() + "\",\"accepted\":0,\"delivered\":0,"
                        + "\"failed_attempts\":0,\"retried\":0,\"dead_lettered\":0,\"cancelled\":0,"
                        + "\"lateness_ms\":{\"p50\":null,\"p95\":null,\"p99\":null,\"max\":null},"
                        + "\"duration_ms\":{\"p50\":null,\"p95\":null,\"p99\":null,\"max\":null}}");
        assertThat(points).hasSizeBetween(60, 61);
    }

    @Test
    void anAnswersTimeMayBeTheNextCallsFrom() {
        Api api = server.apiOfTeam("again");
        String at = data(api, "").get(30).get("at").asText();

        assertThat(data(api, "?from=" + at))
                .first()
                .satisfies(point -> assertThat(point.get("at").asText()).isEqualTo(at));
    }

    @Test
    void allThatIsWrongIsAnsweredAtOnce() {
        Api api = server.apiOfTeam("wrong");

        HttpResponse<String> answer = api.get("/api/stats?from=x&to=y&step=z&queue=%00");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(Api.json(answer).get("errors").properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder("queue", "from", "to", "step");
    }

    @Test
    void aQueueThatDoesNotExistHasNothingToTell() {
        assertThat(data(server.apiOfTeam("none"), "?queue=never")).isEmpty();
    }

    private String job(String queue, String path, String more) {
        return "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\"" + more + "}";
    }

    private static long id(HttpResponse<String> made) {
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return Api.json(made).get("id").asLong();
    }

    private static Map<String, Long> counts(long... values) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            counts.put(COUNTERS.get(i), values[i]);
        }
        return counts;
    }

    private static void awaitCounts(Api api, String query, Map<String, Long> expected) {
        await().untilAsserted(() -> assertThat(counts(api, query)).isEqualTo(expected));
    }

    private static Map<String, Long> counts(Api api, String query) {
        Map<String, Long> sums = new LinkedHashMap<>();
        List<JsonNode> points = data(api, query);
        for (String counter : COUNTERS) {
            sums.put(
                    counter,
                    points.stream()
                            .mapToLong(point -> point.get(counter).asLong())
                            .sum());
        }
        return sums;
    }

    private static List<JsonNode> data(Api api, String query) {
        HttpResponse<String> answer = api.get("/api/stats" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<JsonNode> points = new ArrayList<>();
        Api.json(answer).get("data").forEach(points::add);
        return points;
    }
}
