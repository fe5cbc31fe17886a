package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDataDirectory;
import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Yesterday's backup is restored: nothing is sent that the operator does not want, and no id is given out again. */
class RestoreIT {
    private RecordingReceiver receiver;

    @BeforeEach
    void receive() throws IOException {
        receiver = new RecordingReceiver();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void aRestoredDatabaseSendsPartByPartWhatTheOperatorWants() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        receiver.script("/claimed", RecordingReceiver.held(released));
        receiver.script("/callback", RecordingReceiver.status(503));
        receiver.script("/execution", RecordingReceiver.status(500));
        receiver.script("/alert", RecordingReceiver.status(503));
        try (TestDatabase original = TestDatabase.fresh()) {
            prepare(original);
            try (TestDatabase restored = original.copy()) {
                Set<Long> today = sendToday(original, released);
                // As if a day had passed since the backup.
                restored.execute("update qrtz_triggers set next_fire_time = next_fire_time - 86400000");
                restored.execute("update crons set next_fire_at = next_fire_at - interval '1 day'");

                CommandRun hold = CommandRun.of(restored.settings(), "db", "restore-hold", "config.yml");

                assertThat(hold.exitCode()).as(hold.output()).isZero();
                assertThat(hold.output())
                        .contains("queue 1 \"claimed\"", "callbacks of queue ", "messages to alert channel 1")
                        .contains("attempts of crons without a queue", "\"every minute\"");
                assertGoesOnPartByPart(restored, today);
            }
        }
    }

    /** Leaves a database in which something of every kind waits, and a request is in flight on a node that died. */
    private void prepare(TestDatabase original) throws Exception {
        ServerProcess node = ServerProcess.start(ServerProcess.directory("backup"), original.settings());
        Api api = node.api();
        push(api, "claimed", "/claimed", "");
        created(api, "/api/alert-channels", "{\"type\": \"webhook\", \"url\": \"" + receiver.url("/alert") + "\"}");
        api.createQueue("{\"name\": \"alerted\", \"alerts_enabled\": true, \"retries_enabled\": false}");
        push(api, "alerted", "/failing", "");
        receiver.script("/failing", RecordingReceiver.status(500));
        push(api, "called", "/called", ", \"callback_url\": \"" + receiver.url("/callback") + "\"");
        long cron = cron(api, "by hand", "0 0 1 1 *", "/execution");
        cron(api, "every minute", "* * * * *", "/cron");
        assertThat(api.post("/api/crons/" + cron + "/run", "").statusCode()).isIn(200, 201, 202);
        push(api, "alerted", "/failing", "");
        awaitCount("/claimed", 1);
        awaitCount("/callback", 1);
        awaitCount("/execution", 1);
        awaitCount("/alert", 1);
        await().until(() -> original.number("select count(*) from alert_messages where attempts > 0") > 0
                && original.number("select count(*) from callbacks where attempts > 0") > 0
                && original.number("select count(*) from jobs where cron_id is not null" + " and status = 'pending'")
                        > 0);
        push(api, "later", "/later", ", \"delay\": 2");
        node.kill();
    }

    /** What the original goes on to do after the backup; the ids that it gives out. */
    private Set<Long> sendToday(TestDatabase original, CountDownLatch released) throws Exception {
        Set<Long> ids = new HashSet<>();
        try (ServerProcess node = ServerProcess.start(ServerProcess.directory("today"), original.settings())) {
            awaitCount("/later", 1);
            ids.addAll(node.api().pushAll(job("today", "/today", ""), 50));
            awaitCount("/today", 50);
            released.countDown();
        }
        return ids;
    }

    private void assertGoesOnPartByPart(TestDatabase restored, Set<Long> today) throws Exception {
        try (ServerProcess node = ServerProcess.start(ServerProcess.directory("restored"), restored.settings())) {
            Map<String, Integer> before = counts();
            await().until(() -> restored.number("select count(*) from qrtz_fired_one_shots") == 0);
            long fresh = awaitWorks(node.api());
            assertThat(today).doesNotContain(fresh);
            assertThat(fresh).isGreaterThan(1_000_000_000);
            assertThat(counts()).isEqualTo(before);

            assertThat(node.api()
                            .post("/api/queues/" + queueId(node.api(), "later") + "/resume", "")
                            .statusCode())
                    .isEqualTo(200);
            awaitCount("/later", before.get("/later") + 1);
            awaitWorks(node.api());
            assertThat(counts()).isEqualTo(with(before, "/later"));

            // A queue's callbacks go on with it, although its jobs have ended.
            before = counts();
            assertThat(node.api()
                            .post("/api/queues/" + queueId(node.api(), "called") + "/resume", "")
                            .statusCode())
                    .isEqualTo(200);
            awaitCount("/callback", before.get("/callback") + 1);
            awaitWorks(node.api());
            assertThat(counts()).isEqualTo(with(before, "/callback"));

            before = counts();
            release(restored, "--alerts");
            awaitCount("/alert", before.get("/alert") + 1);
            assertThat(counts().get("/execution")).isEqualTo(before.get("/execution"));

            release(restored, "--crons");
            awaitCount("/execution", before.get("/execution") + 1);
            assertThat(restored.number(
                            "select count(*) from jobs where cron_id = 2 and due_at < now() - interval '1 hour'"))
                    .as("what a cron has missed")
                    .isZero();

            assertThat(receiver.count("/claimed")).isEqualTo(before.get("/claimed"));
            release(restored, "--everything");
            awaitCount("/claimed", before.get("/claimed") + 1);
        }
    }

    @Test
    void aCopyOfTheEmbeddedDatabasesFilesIsRestoredAndHeld() throws Exception {
        Path data = TestDataDirectory.fresh();
        Path backup = data.resolveSibling(data.getFileName() + "-backup");
        long before;
        try (ServerProcess server = ServerProcess.start(data)) {
            CommandRun refused = CommandRun.of(settings(data), "db", "restore-hold", "config.yml");
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.output()).contains("Nodes are at work on this database");
            // The last that is done, so that it waits when the server is stopped.
            before = push(server.api(), "emails", "/embedded", ", \"delay\": 5");
        }
        shell("cp -a " + data + " " + backup);
        long today;
        try (ServerProcess server = ServerProcess.start(data)) {
            awaitCount("/embedded", 1);
            today = push(server.api(), "emails", "/today", "");
            awaitCount("/today", 1);
        }

        shell("rm -rf " + data + " && cp -a " + backup + " " + data);
        CommandRun hold = CommandRun.of(settings(data), "db", "restore-hold", "config.yml");

        assertThat(hold.exitCode()).as(hold.output()).isZero();
        assertThat(hold.output()).contains("queue 1 \"emails\"");
        try (ServerProcess server = ServerProcess.start(data)) {
            long fresh = awaitWorks(server.api());
            assertThat(fresh).isGreaterThan(today).isGreaterThan(before);
            assertThat(server.log()).contains("A restore holds 1 queues and 0 crons");
            assertThat(receiver.count("/embedded")).isOne();
            JsonNode queue = Api.json(server.api().get("/api/queues/1"));
            assertThat(queue.get("is_active").asBoolean()).isFalse();

            CommandRun released =
                    CommandRun.of(settings(data), "db", "restore-release", "--queue", "emails", "config.yml");

            assertThat(released.exitCode()).as(released.output()).isZero();
            awaitCount("/embedded", 2);
        }
    }

    private static void shell(String command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("bash", "-c", command).inheritIO().start().waitFor())
                .as(command)
                .isZero();
    }

    private static Map<String, String> settings(Path data) {
        return Map.of("POSTHASTE_DATA_DIR", data.toString());
    }

    private static void release(TestDatabase database, String what) throws Exception {
        CommandRun run = CommandRun.of(database.settings(), "db", "restore-release", what, "config.yml");
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    /** The node sends what comes new, a while after its start; the id of that job. */
    private long awaitWorks(Api api) {
        int already = receiver.count("/fresh");
        long id = push(api, "fresh", "/fresh", ", \"delay\": 2");
        awaitCount("/fresh", already + 1);
        return id;
    }

    private void awaitCount(String path, int count) {
        await("requests to " + path).until(() -> receiver.count(path) >= count);
    }

    /** How many have come to each path but the one that only shows that the node works. */
    private Map<String, Integer> counts() {
        Map<String, Integer> counts = new HashMap<>();
        for (String path :
                List.of("/claimed", "/callback", "/called", "/execution", "/cron", "/alert", "/later", "/today")) {
            counts.put(path, receiver.count(path));
        }
        return counts;
    }

    private static Map<String, Integer> with(Map<String, Integer> counts, String oneMore) {
        Map<String, Integer> more = new HashMap<>(counts);
        more.merge(oneMore, 1, Integer::sum);
        return more;
    }

    private static long queueId(Api api, String name) {
        for (JsonNode queue : Api.json(api.get("/api/queues?limit=100")).get("data")) {
            if (queue.get("name").asText().equals(name)) {
                return queue.get("id").asLong();
            }
        }
        throw new AssertionError("no queue " + name);
    }

    private long cron(Api api, String name, String expression, String path) {
        JsonNode made = created(
                api,
                "/api/crons",
                "{\"name\": \"" + name + "\", \"cron_expression\": \"" + expression + "\", \"url\": \""
                        + receiver.url(path) + "\", \"retry_delays\": [600]}");
        return made.get("id").asLong();
    }

    private static JsonNode created(Api api, String path, String body) {
        HttpResponse<String> answer = api.post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.json(answer);
    }

    private long push(Api api, String queue, String path, String more) {
        return api.push(job(queue, path, more));
    }

    private String job(String queue, String path, String more) {
        return "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\"" + more + "}";
    }
}
