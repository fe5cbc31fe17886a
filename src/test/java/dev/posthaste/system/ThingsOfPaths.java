package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.openapi.Operation;
import java.net.http.HttpResponse;

/**
 * Things for the paths of calls to name, each in the state in which it may be called for. What has to be sent for that is
 * sent while this is made; from then on nothing is.
 */
final class ThingsOfPaths {
    private static final String ONCE_A_YEAR = "\"cron_expression\": \"0 0 1 1 *\"";

    private final Api api;
    private final long sentJob;
    private final long deadLetterQueue;
    private final long sentCron;
    private final long execution;
    private final long alert;
    private int made;

    ThingsOfPaths(ServerInside server, Api api, RecordingReceiver receiver) {
        this.api = api;
        receiver.script(
                "/sent", RecordingReceiver.answering(200, "{\"ok\": true}", "Content-Type", "application/json"));
        receiver.script("/failing", RecordingReceiver.status(500));
        sentJob = api.push("{\"queue\": \"emails\", \"url\": \"" + receiver.url("/sent") + "\","
                + " \"headers\": {\"Authorization\": \"Bearer secret\"}, \"payload\": {\"to\": \"ada@example.com\"},"
                + " \"callback_url\": \"" + receiver.url("/callback") + "\"}");
        deadLetter("newsletters", receiver);
        deadLetter("campaigns", receiver);
        sentCron = cron("\"url\": \"" + receiver.url("/sent") + "\", \"payload\": \"{\\\"deep\\\": true}\","
                + " \"headers\": {\"X-Api-Key\": \"secret\"}");
        execution = run(sentCron);
        long failing = cron("\"url\": \"" + receiver.url("/failing") + "\"");
        run(failing);
        await().until(() -> api.job(sentJob).at("/callbacks/0/status").asText().equals("delivered"));
        await().until(() -> status(sentCron).equals("completed"));
        await().until(() -> status(failing).equals("failed"));
        await().until(() -> data("/api/dead-letters").size() == 2);
        deadLetterQueue =
                data("/api/dead-letters?queue=newsletters").at("/0/queue_id").asLong();
        alert = data("/api/alerts?type=failure&alertable_type=cron").at("/0/id").asLong();
        assertThat(new Api(server.adminPort(), "none").post("/tasks/pause", "").statusCode())
                .isEqualTo(200);
    }

    private void deadLetter(String queue, RecordingReceiver receiver) {
        api.push(
                "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url("/failing") + "\", \"retry_delays\": [1]}");
    }

    /** The call's path with the ids of things that it may be called for. */
    String path(Operation operation) {
        String path = operation.path();
        if (path.startsWith("/ping/")) {
            return path.replace("{secret}", pingSecret());
        }
        return path.contains("{id}")
                ? path.replace("{id}", String.valueOf(id(operation))).replace("{execution}", String.valueOf(execution))
                : path;
    }

    private long id(Operation operation) {
        return switch (operation.id()) {
            case "showJob", "replayJob" -> sentJob;
            case "changeJob", "cancelJob", "deleteJob" ->
                api.push("{\"queue\": \"emails\", \"url\": \"https://api.example.com/send\", \"delay\": 86400}");
            case "changeQueue" -> api.createQueue("{\"name\": \"statements\"}");
            case "purgeQueue" -> queueOfTwo();
            case "showQueueFailures" -> deadLetterQueue;
            case "showQueue", "deleteQueue", "pauseQueue", "resumeQueue" -> queue();
            case "showCron", "listExecutions", "showExecution" -> sentCron;
            case "changeCron", "deleteCron", "pauseCron", "resumeCron", "runCron" ->
                cron("\"url\": \"https://api.example.com/health\"");
            case "acknowledgeAlert" -> alert;
            case "showAlertChannel", "changeAlertChannel", "deleteAlertChannel", "testAlertChannel" ->
                created("/api/alert-channels", "{\"type\": \"webhook\", \"url\": \"https://app.example.com/alerts\"}");
            case "revokeToken" -> created("/api/tokens", "{\"name\": \"x\", \"scopes\": [\"jobs:read\"]}");
            case "deleteSigningSecret" -> created("/api/signing-secrets", "{\"force\": true}");
            default -> throw new AssertionError("Of what is the id in the path of " + operation + "?");
        };
    }

    private long queue() {
        return api.createQueue("{\"name\": \"queue " + ++made + "\"}");
    }

    private long queueOfTwo() {
        long queue = queue();
        api.pushAll("{\"queue\": \"queue " + made + "\", \"url\": \"https://api.example.com/send\"}", 2);
        return queue;
    }

    private long cron(String more) {
        return created("/api/crons", "{\"name\": \"Health Check\", " + ONCE_A_YEAR + ", " + more + "}");
    }

    private long run(long cron) {
        return Api.json(api.post("/api/crons/" + cron + "/run", ""))
                .get("execution_id")
                .asLong();
    }

    private String status(long cron) {
        return data("/api/crons/" + cron + "/executions").at("/0/status").asText();
    }

    private String pingSecret() {
        long id = created("/api/crons", "{\"name\": \"Backup\", " + ONCE_A_YEAR + ", \"expect_ping\": true}");
        String url = Api.json(api.get("/api/crons/" + id)).get("ping_url").asText();
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private long created(String path, String body) {
        HttpResponse<String> answer = api.post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.json(answer).get("id").asLong();
    }

    private JsonNode data(String list) {
        return Api.json(api.get(list)).get("data");
    }
}
