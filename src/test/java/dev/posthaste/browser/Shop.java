package dev.posthaste.browser;

import static org.awaitility.Awaitility.await;

import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A shop that has been using Posthaste for a while: something on every page, in every state. */
final class Shop {
    /** Orders, mails and executions that arrive. */
    private static final int DELIVERED = 12;

    private static final String ADDRESSES = "https://hooks.shop.example";

    private final Scene scene;
    private final Api api;
    private final List<Long> failing = new ArrayList<>();
    private long queue;
    private long dead;
    private long waiting;
    private long cron;
    private long execution;

    Shop(Scene scene) {
        this.scene = scene;
        this.api = scene.api();
    }

    /** A queue with something of everything. */
    long queue() {
        return queue;
    }

    /** A dead letter after two attempts, with a callback. */
    long dead() {
        return dead;
    }

    /** A job that is due in hours. */
    long waiting() {
        return waiting;
    }

    long cron() {
        return cron;
    }

    /** An execution of the cron. */
    long execution() {
        return execution;
    }

    /** Lets all of it happen. */
    void open() throws SQLException {
        RecordingReceiver receiver = scene.receiver();
        receiver.script(
                "/orders",
                RecordingReceiver.answering(
                        200,
                        "{\"ok\":true,\"order\":9007199254740993,\"total\":1.0}",
                        "Content-Type",
                        "application/json"));
        receiver.script(
                "/payments",
                RecordingReceiver.answering(
                        503,
                        "{\"ok\":false,\"error\":\"The payment provider is down.\"}",
                        "Content-Type",
                        "application/json"));
        receiver.script("/mails", RecordingReceiver.status(404));
        queue = api.createQueue(
                "{\"name\": \"payments\", \"alerts_enabled\": true, \"max_parallelism\": 20,"
                        + " \"max_per_second\": 50, \"success_assertions\": [{\"type\": \"body_contains\", \"value\": \"ok\"}]}");
        long reports = api.createQueue("{\"name\": \"reports\"}");
        push();
        channelsAndCrons();
        must(api.post("/api/queues/" + reports + "/pause", ""), 200);
        must(api.post("/api/signing-secrets", "{}"), 201);
        scene.token("grafana", "queues:read");
        must(
                api.post(
                        "/api/operations",
                        "{\"action\": \"replay\", \"filter\": {\"queue\": \"emails\", \"status\": \"failed\"}}"),
                202);
        await().until(this::isOver);
        if (Pictures.ARE_WANTED) {
            // What this machine was busy with while it began is no sight for others: it is counted, and then painted
            // over.
            await().until(() -> scene.server()
                            .database()
                            .number("select coalesce(sum(delivered), 0) from queue_stats where queue_id = 0")
                    >= DELIVERED);
        }
        history();
    }

    private void push() {
        String order =
                ", \"payload\": {\"order\": 12345678901234567890, \"total\": 1.0, \"currency\": \"EUR\", \"items\":"
                        + " [{\"sku\": \"A-100\", \"count\": 2}, {\"sku\": \"B-7\", \"count\": 1}]}, \"headers\": {\"X-Shop\": \"main\","
                        + " \"Authorization\": \"Bearer secret\"}, \"tags\": [\"order\", \"customer-4711\"]";
        for (int i = 0; i < 8; i++) {
            scene.push("orders", "/orders", order);
        }
        waiting = scene.push("orders", "/orders", order + ", \"delay\": 7200");
        long cancelled = scene.push("orders", "/orders", order + ", \"delay\": 86400");
        must(api.post("/api/jobs/" + cancelled + "/cancel", ""), 200);
        String back = ", \"callback_url\": \"" + scene.receiver().url("/back") + "\"";
        dead = scene.push("payments", "/payments", order + back + ", \"retry_delays\": [1]");
        failing.add(dead);
        failing.add(scene.push("payments", "/payments", order + ", \"retry_delays\": [1]"));
        failing.add(scene.push("payments", "/payments", order + ", \"retry_delays\": [3600]"));
        failing.add(
                scene.push("emails", "/mails", ", \"payload\": {\"to\": \"ada@example.com\"}, \"retry_delays\": []"));
        scene.push(
                "emails", "/welcome", ", \"payload\": {\"to\": \"grace@example.com\"}, \"tags\": [\"welcome\"]" + back);
        scene.push("reports", "/reports", ", \"delay\": 3600");
    }

    private void channelsAndCrons() {
        must(
                api.post(
                        "/api/alert-channels",
                        "{\"type\": \"webhook\", \"url\": \"" + scene.receiver().url("/alerts") + "\"}"),
                201);
        cron = made(
                "{\"name\": \"Nightly report\", \"cron_expression\": \"30 2 * * 1-5\", \"timezone\": \"Europe/Berlin\","
                        + " \"url\": \"" + scene.receiver().url("/orders")
                        + "\", \"payload\": \"{\\\"day\\\": \\\"yesterday\\\"}\", \"tags\": [\"report\"]}");
        long paused = made("{\"name\": \"Clean up carts\", \"cron_expression\": \"*/15 * * * *\", \"url\": \""
                + scene.receiver().url("/payments") + "\"}");
        made("{\"name\": \"Backup\", \"cron_expression\": \"0 4 * * *\", \"expect_ping\": true}");
        for (long one : new long[] {cron, cron, cron, paused}) {
            execution = Api.json(api.post("/api/crons/" + one + "/run", ""))
                    .get("execution_id")
                    .asLong();
            if (one == paused) {
                must(api.post("/api/crons/" + one + "/pause", ""), 200);
            }
        }
        execution = Api.json(api.get("/api/crons/" + cron + "/executions"))
                .at("/data/0/id")
                .asLong();
    }

    private boolean isOver() {
        return failing.stream()
                        .noneMatch(id -> List.of("pending", "processing")
                                .contains(api.job(id).get("status").asText()))
                && api.job(dead).get("final_status").asText().equals("dead_lettered")
                && api.job(failing.get(1)).get("final_status").asText().equals("dead_lettered")
                && Api.json(api.get("/api/crons/" + cron + "/executions/" + execution))
                        .get("status")
                        .asText()
                        .equals("completed")
                && !Api.json(api.get("/api/alerts")).get("data").isEmpty();
    }

    /** An hour and a day of figures, and addresses as people have them: it is shown, nothing of it is sent again. */
    private void history() throws SQLException {
        scene.server().database().execute("""
                insert into queue_stats (team_id, queue_id, at, step, accepted, delivered, failed_attempts, retried, died,
                       cancelled, lateness, lateness_max_ms, duration, duration_max_ms)
                select t.id, q.id, date_trunc(case step when 60 then 'minute' else 'hour' end, now())
                         - n * step * interval '1 second', step, rate, rate - failed, failed, failed, failed / 4, 0,
                       array[rate / 2, rate / 3, rate / 9, rate / 40 + n % 7 / 5, n % 11 / 9], 9, array[0, 0, 0, rate / 2, rate / 3, rate / 6, failed], 90
                  from teams t
                 cross join (select 0::bigint as id, 3 as share union all select id, 1 from queues) q
                 cross join (values (60, 60), (3600, 167)) s (step, steps)
                 cross join lateral generate_series(case step when 60 then 0 else 1 end, s.steps) n
                 cross join lateral (select (q.share * step / 60 * (60 + 25 * sin(n / 6.0) + 9 * sin(n * 1.7)))::bigint as rate) r
                 cross join lateral (select (r.rate * greatest(0, sin(n / 5.0) - 0.8))::bigint as failed) f
                 where t.name = 'default'
                    on conflict (team_id, queue_id, at, step) do update
                   set accepted = excluded.accepted, delivered = excluded.delivered, lateness = excluded.lateness,
                       lateness_max_ms = excluded.lateness_max_ms
                """);
        for (String column : new String[] {"requests.url", "requests.callback_url", "callbacks.url"}) {
            String[] names = column.split("\\.", -1);
            scene.server()
                    .database()
                    .execute("update " + names[0] + " set " + names[1] + " = replace(" + names[1] + ", '"
                            + scene.receiver().url("") + "', '" + ADDRESSES + "')");
        }
    }

    private long made(String cron) {
        HttpResponse<String> answer = api.post("/api/crons", cron);
        must(answer, 201);
        return Api.json(answer).get("id").asLong();
    }

    private static void must(HttpResponse<String> answer, int status) {
        if (answer.statusCode() != status) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
    }
}
