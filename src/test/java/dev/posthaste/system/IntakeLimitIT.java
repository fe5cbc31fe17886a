package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a team may push where that is limited, on two nodes that are one for it. */
class IntakeLimitIT {
    private static final String OTHERS_TOKEN = "others-token-0123456789";
    private static final String LATER = job("\"delay\": 86400");
    private static final int CALLERS = 4;

    private final List<ServerInside> servers = new ArrayList<>();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private List<Api> team = List.of();
    private Api other;

    @AfterEach
    void stop() {
        callers.shutdownNow();
        // The second first: the database is the first one's.
        for (int i = servers.size() - 1; i >= 0; i--) {
            servers.get(i).close();
        }
    }

    /** Time is what it is about: more than the bucket and what flows into it is never accepted, nor much less. */
    @Test
    void bothNodesTogetherAcceptATeamsJobsAtItsRateAndNobodyElseIsHeldUp() throws Exception {
        start(2, "intake.teamJobsPerSecond", "50");
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicInteger refused = new AtomicInteger();
        List<Future<Integer>> accepted = new ArrayList<>();
        long before = System.nanoTime();
        for (int i = 0; i < CALLERS; i++) {
            Api api = team.get(i % 2);
            accepted.add(callers.submit(() -> {
                int count = 0;
                while (!isOver.get()) {
                    int status = api.post("/api/jobs", LATER).statusCode();
                    count += status == 201 ? 1 : 0;
                    refused.addAndGet(status == 429 ? 1 : 0);
                }
                return count;
            }));
        }

        List<Long> beside = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            long began = System.nanoTime();
            assertThat(other.post("/api/jobs", LATER).statusCode()).isEqualTo(201);
            beside.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            await().pollDelay(Duration.ofMillis(150)).until(() -> true);
        }
        isOver.set(true);
        int all = 0;
        for (Future<Integer> one : accepted) {
            all += one.get();
        }
        double seconds = (System.nanoTime() - before) / 1e9;

        assertThat(all).isBetween((int) (50 * seconds * 0.7), (int) (50 + 50 * seconds));
        assertThat(refused.get()).isPositive();
        assertThat(beside).as("ms of another team's pushes").allMatch(ms -> ms < 2_000);
        assertThat(jobs()).isEqualTo(all + 30L);
    }

    @Test
    void whoComesAgainWhenHeWasToldIsAccepted() throws Exception {
        start(1, "intake.teamJobsPerSecond", "5");
        Api api = team.get(0);
        assertThat(batch(api, 5).statusCode()).isEqualTo(201);

        for (HttpResponse<String> refused : List.of(api.post("/api/jobs", LATER), batch(api, 5))) {
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Api.json(refused).get("error").asText())
                    .isEqualTo("The team may push 5 jobs a second, and has done so. Try again in 1 s.");
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        }
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);

        assertThat(batch(api, 5).statusCode()).isEqualTo(201);
        assertThat(jobs()).isEqualTo(10);
    }

    @Test
    void aBatchThatNeverFitsIsWrongAndNotEarly() throws Exception {
        start(1, "intake.teamJobsPerSecond", "5");

        HttpResponse<String> answer = batch(team.get(0), 6);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(Api.json(answer).at("/errors/jobs/0").asText())
                .isEqualTo("The jobs field must not have more than 5 items.");
        assertThat(batch(team.get(0), 5).statusCode()).isEqualTo(201);
    }

    @Test
    void anAnswerThatIsGivenAgainCountsNothingAndARefusedKeyIsFree() throws Exception {
        start(1, "intake.teamJobsPerSecond", "5");
        Api api = team.get(0);
        assertThat(api.post("/api/jobs", LATER, "Idempotency-Key", "first").statusCode())
                .isEqualTo(201);
        assertThat(batch(api, 4).statusCode()).isEqualTo(201);

        // All of a second's allowance, so that a busy machine does not have it back by then.
        String five = "{\"jobs\":[" + String.join(",", Collections.nCopies(5, LATER)) + "]}";
        HttpResponse<String> refused = api.post("/api/jobs/batch", five, "Idempotency-Key", "second");
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> again = api.post("/api/jobs", LATER, "Idempotency-Key", "first");
            assertThat(again.statusCode()).isEqualTo(201);
            assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        }

        assertThat(refused.statusCode()).isEqualTo(429);
        HttpResponse<String> accepted = await().until(
                        () -> api.post("/api/jobs/batch", five, "Idempotency-Key", "second"),
                        answer -> answer.statusCode() == 201);
        assertThat(accepted.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(jobs()).isEqualTo(10);
    }

    /** All of one group: the first with the key is refused, and the others are told no answer that nobody got. */
    @Test
    void callsWithOneKeyAreRefusedTogether() throws Exception {
        start(2, "intake.teamPendingJobs", "1");
        assertThat(team.get(0).post("/api/jobs", LATER).statusCode()).isEqualTo(201);

        List<Integer> statuses = atOnce(
                16,
                i -> team.get(i % 2)
                        .post("/api/jobs", LATER, "Idempotency-Key", "one")
                        .statusCode());

        assertThat(statuses).containsOnly(429);
        assertThat(jobs()).isEqualTo(1);
    }

    @Test
    void noMoreJobsThanAllowedHaveNotEndedHoweverManyPushAtOnce() throws Exception {
        start(2, "intake.teamPendingJobs", "25");

        // Again and again: two nodes have to look at the same moment to find the same room.
        for (int round = 1; round <= 10; round++) {
            List<Integer> statuses = atOnce(
                    48,
                    i -> i % 4 == 0
                            ? batch(team.get(i % 8 / 4), 3).statusCode()
                            : team.get(i % 2).post("/api/jobs", LATER).statusCode());

            assertThat(statuses).containsOnly(201, 429);
            assertThat(pending()).as("round " + round).isEqualTo(25);
            if (round < 10) {
                team.get(0).post("/api/queues/" + queue() + "/purge", "");
            }
        }
        HttpResponse<String> refused = team.get(0).post("/api/jobs", LATER);
        assertThat(Api.json(refused).get("error").asText())
                .isEqualTo(
                        "The team may have 25 jobs that have not ended, and has 25. Try again when some have ended.");
        assertThat(refused.headers().firstValue("Retry-After")).contains("5");
        assertThat(other.post("/api/jobs", LATER).statusCode()).isEqualTo(201);
    }

    @Test
    void whatIsCancelledCompletedDeletedOrPurgedLeavesRoom() throws Exception {
        start(1, "intake.teamPendingJobs", "3");
        Api api = team.get(0);
        try (RecordingReceiver receiver = new RecordingReceiver()) {
            long cancelled = api.push(LATER);
            long deleted = api.push(LATER);
            long purged = api.push("{\"queue\": \"purged\", \"url\": \"http://a.test/\", \"delay\": 86400}");
            assertThat(api.post("/api/jobs", LATER).statusCode()).isEqualTo(429);

            api.post("/api/jobs/" + cancelled + "/cancel", "");
            api.delete("/api/jobs/" + deleted);
            api.post("/api/queues/" + api.job(purged).get("queue_id").asLong() + "/purge", "");

            for (int i = 0; i < 9; i++) {
                String now = "{\"queue\": \"q\", \"url\": \"" + receiver.url("/now") + "\"}";
                await().until(() -> api.post("/api/jobs", now).statusCode() == 201);
            }
            await().until(() -> receiver.count("/now") == 9);
            await().until(() -> batch(api, 3).statusCode() == 201);
            assertThat(api.post("/api/jobs", LATER).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void withoutALimitNothingIsTouched() throws Exception {
        start(1, "intake.teamJobsPerSecond", "0");

        assertThat(batch(team.get(0), 1_000).statusCode()).isEqualTo(201);

        assertThat(servers.get(0).database().number("select count(*) from team_intake"))
                .isZero();
    }

    private interface Call {
        int status(int number);
    }

    private List<Integer> atOnce(int count, Call call) throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        List<Callable<Integer>> calls = new ArrayList<>();
        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            calls.add(() -> {
                begin.await();
                return call.status(number);
            });
        }
        calls.forEach(one -> results.add(callers.submit(one)));
        begin.countDown();
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> result : results) {
            statuses.add(result.get());
        }
        return statuses;
    }

    private void start(int nodes, String setting, String value) throws Exception {
        servers.add(new ServerInside(settings(setting, value)));
        for (int i = 1; i < nodes; i++) {
            servers.add(ServerInside.beside(servers.get(0), settings(setting, value)));
        }
        servers.get(0).database().execute("""
                with team as (insert into teams (name) values ('others') returning id)
                insert into api_tokens (team_id, name, prefix, sha256) select id, 'x', 'x', sha256('%s') from team
                """.formatted(OTHERS_TOKEN));
        team = servers.stream()
                .map(server -> new Api(server.port(), ServerProcess.TOKEN))
                .toList();
        other = new Api(servers.get(0).port(), OTHERS_TOKEN);
    }

    /** Of each server's own: each remembers what to put back. */
    private static ConfigOverride[] settings(String setting, String value) {
        return new ConfigOverride[] {
            ConfigOverride.config(setting, value), ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"),
        };
    }

    private long queue() throws SQLException {
        return servers.get(0).database().number("select min(id) from queues");
    }

    private long pending() throws SQLException {
        return servers.get(0).database().number("select count(*) from jobs where status = 'pending'");
    }

    private long jobs() throws SQLException {
        return servers.get(0).database().number("select count(*) from jobs");
    }

    private static HttpResponse<String> batch(Api api, int count) {
        return api.post("/api/jobs/batch", "{\"jobs\": [" + String.join(",", Collections.nCopies(count, LATER)) + "]}");
    }

    private static String job(String more) {
        return "{\"queue\": \"q\", \"url\": \"http://a.test/\", " + more + "}";
    }
}
