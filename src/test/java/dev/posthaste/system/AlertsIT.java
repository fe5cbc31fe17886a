package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.posthaste.signing.TestKeys;
import dev.posthaste.system.RecordingReceiver.Arrival;
import io.dropwizard.testing.ConfigOverride;
import jakarta.mail.internet.MimeMessage;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alerts as users see them, from a failure to what arrives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlertsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ALL = "\"alert_types\": [\"warning\", \"failure\", \"recovery\"]";

    private final GreenMail mail = new GreenMail(ServerSetup.SMTP.dynamicPort());
    private final List<Long> channels = new ArrayList<>();
    private ServerInside server;
    private RecordingReceiver receiver;
    private Api api;
    private String secret = "";

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        receiver.script("/failing", RecordingReceiver.status(500));
        mail.start();
        server = new ServerInside(
                ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"),
                ConfigOverride.config("alerts.smtp.host", "127.0.0.1"),
                ConfigOverride.config(
                        "alerts.smtp.port", String.valueOf(mail.getSmtp().getPort())),
                ConfigOverride.config("alerts.smtp.security", "none"),
                ConfigOverride.config("alerts.smtp.from", "posthaste@example.com"),
                ConfigOverride.config("secretKey", TestKeys.SECRET_KEY));
        api = new Api(server.port(), ServerProcess.TOKEN);
        secret = Api.json(api.post("/api/signing-secrets", "{}")).get("secret").asText();
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
        mail.stop();
    }

    @AfterEach
    void removeChannels() {
        channels.forEach(channel -> api.delete("/api/alert-channels/" + channel));
        channels.clear();
    }

    @Test
    void aCronsRowOfFailuresIsWarnedOfToldOnceAndItsRecoveryOnceToo() throws Exception {
        receiver.script("/sick", RecordingReceiver.statuses(500, 500, 500, 200, 200));
        channel("webhook", "\"url\": \"" + receiver.url("/hook") + "\"");
        long cron = cron("nightly", "/sick", 2);

        runs(cron, 1);
        assertThat(types(cron)).containsExactly("warning");
        assertThat(show(cron).get("alerted").asBoolean()).isFalse();
        runs(cron, 3);
        assertThat(types(cron)).containsExactly("failure", "warning");
        assertThat(show(cron).get("alerted").asBoolean()).isTrue();
        runs(cron, 5);

        assertThat(types(cron)).containsExactly("recovery", "failure", "warning");
        assertThat(alerts("?alertable_type=cron&alertable_id=" + cron))
                .allMatch(alert -> alert.get("count").asLong() == 1);
        assertThat(show(cron).get("alerted").asBoolean()).isFalse();
        assertThat(show(cron).get("consecutive_failures").asInt()).isZero();
        JsonNode failure =
                alerts("?type=failure&alertable_type=cron&alertable_id=" + cron).get(0);
        long second = Api.json(api.get("/api/crons/" + cron + "/executions"))
                .at("/data/3/id")
                .asLong();
        assertThat(failure.get("execution_id").asLong()).isEqualTo(second);
        assertThat(failure.get("job_id").isNull()).isTrue();
        assertThat(failure.get("alertable_name").asText()).isEqualTo("nightly");
        assertThat(failure.get("failure_reason").asText()).isEqualTo("http_server_error");
        assertThat(failure.get("message").asText())
                .isEqualTo("The cron \"nightly\" is failing, its alert threshold is reached, in execution " + second
                        + ": the answer was a 5xx (http_server_error).");
        assertThat(failure.get("acknowledged_at").isNull()).isTrue();
        Arrival arrival = awaitArrival("/hook");
        JsonNode told = Api.json(arrival.body());
        assertThat(told.get("event").asText()).isEqualTo("alert.failure");
        assertThat(told.get("id")).isEqualTo(failure.get("id"));
        assertThat(told.get("alertable_id").asLong()).isEqualTo(cron);
        assertThat(told.get("new_count").asLong()).isEqualTo(1);
        assertSigned(arrival);
        // The recovery waits for the minute to be over.
        hurry();
        await().atMost(SOON).until(() -> receiver.count("/hook") == 2);
        assertThat(Api.json(receiver.arrivals("/hook").get(1).body())
                        .get("event")
                        .asText())
                .isEqualTo("alert.recovery");
    }

    /** What is tried again has not failed yet. */
    @Test
    void anExecutionWarnsWhenItsLastTryHasFailedAndNotBefore() {
        receiver.script("/second-try", RecordingReceiver.statuses(500, 200, 500, 500));
        long cron = cron("with retries", "/second-try", 2);
        assertThat(api.patch("/api/crons/" + cron, "{\"retry_delays\": [1]}").statusCode())
                .isEqualTo(200);

        api.post("/api/crons/" + cron + "/run", "");
        await().atMost(SOON).until(() -> show(cron).get("last_status").asText().equals("completed"));
        assertThat(types(cron)).isEmpty();
        api.post("/api/crons/" + cron + "/run", "");
        await().atMost(SOON).until(() -> show(cron).get("consecutive_failures").asInt() == 1);

        List<JsonNode> told = alerts("?alertable_type=cron&alertable_id=" + cron);
        assertThat(told).hasSize(1);
        assertThat(told.get(0).get("type").asText()).isEqualTo("warning");
        assertThat(told.get(0).get("count").asLong()).isEqualTo(1);
    }

    @Test
    void aThresholdOfOneWarnsAndFailsAtTheFirstFailure() throws Exception {
        long cron = cron("at once", "/failing", 1);

        runs(cron, 1);

        assertThat(types(cron)).containsExactlyInAnyOrder("failure", "warning");
    }

    @Test
    void aJobsFirstFailureWarnsAndItsLastOneFailsOnEachChannelInItsOwnWords() throws Exception {
        channel("slack", "\"url\": \"" + receiver.url("/slack") + "\", " + ALL);
        channel("discord", "\"url\": \"" + receiver.url("/discord") + "\"");
        channel("email", "\"to\": \"ops@example.com\", " + ALL);
        long queue = api.createQueue("{\"name\": \"<emails> \\u00e4\", \"alerts_enabled\": true}");
        long job = api.push("{\"queue\": \"<emails> \\u00e4\", \"url\": \"" + receiver.url("/failing")
                + "\", \"retry_delays\": []}");
        api.awaitStatus(job, "failed");

        assertThat(alerts("?alertable_type=queue&alertable_id=" + queue))
                .extracting(
                        alert -> alert.get("type").asText(),
                        alert -> alert.get("job_id").asLong())
                .containsExactlyInAnyOrder(tuple("warning", job), tuple("failure", job));
        Arrival slack = awaitArrival("/slack");
        assertThat(Api.json(slack.body()).get("text").asText())
                .contains("failure: Job " + job + " of the queue \"&lt;emails&gt; ä\" failed for good")
                .contains("\nwarning: ");
        assertThat(slack.headers()).doesNotContainKeys("Webhook-signature", "X-recuro-signature");
        JsonNode discord = Api.json(awaitArrival("/discord").body());
        assertThat(discord.get("content").asText()).contains("<emails>").doesNotContain("warning");
        assertThat(discord.at("/allowed_mentions/parse")).isEmpty();
        await().atMost(SOON).until(() -> letters("ops@example.com").size() == 1);
        MimeMessage letter = letters("ops@example.com").get(0);
        assertThat(letter.getSubject()).isEqualTo("[Posthaste] failure: queue <emails> ä");
        assertThat(letter.getAllRecipients()).hasSize(1);
        assertThat(letter.getFrom()[0]).hasToString("posthaste@example.com");
        assertThat(letter.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(letter.getMessageID()).startsWith("<alert_").endsWith("@example.com>");
        assertThat(letter.getContent().toString()).contains("ä").contains("http_server_error");
    }

    @Test
    void aRetryThatFailsWarnsNoMoreAndASuccessSaysNothing() throws Exception {
        receiver.script("/twice", RecordingReceiver.statuses(500, 500, 200));
        long queue = api.createQueue("{\"name\": \"twice\", \"alerts_enabled\": true}");
        long job = api.push(
                "{\"queue\": \"twice\", \"url\": \"" + receiver.url("/twice") + "\", \"retry_delays\": [1, 1]}");

        await().atMost(SOON)
                .until(() -> api.job(job).get("final_status").asText().equals("success"));

        List<JsonNode> told = alerts("?alertable_type=queue&alertable_id=" + queue);
        assertThat(told).hasSize(1);
        assertThat(told.get(0).get("type").asText()).isEqualTo("warning");
        assertThat(told.get(0).get("count").asLong()).isEqualTo(1);
    }

    @Test
    void aQueueWithoutAlertsAndAnExecutionInAQueueTellNothingOfTheQueue() throws Exception {
        long silent = api.createQueue("{\"name\": \"silent\"}");
        api.awaitStatus(
                api.push(
                        "{\"queue\": \"silent\", \"url\": \"" + receiver.url("/failing") + "\", \"retry_delays\": []}"),
                "failed");
        long loud = api.createQueue("{\"name\": \"loud\", \"alerts_enabled\": true}");
        long cron = Api.json(api.post(
                        "/api/crons",
                        "{\"name\": \"in a queue\", \"url\": \"" + receiver.url("/failing")
                                + "\", \"cron_expression\": \"0 0 1 1 *\", \"queue\": \"loud\"}"))
                .get("id")
                .asLong();

        runs(cron, 1);

        assertThat(types(cron)).hasSize(2);
        assertThat(alerts("?alertable_type=queue&alertable_id=" + silent)).isEmpty();
        assertThat(alerts("?alertable_type=queue&alertable_id=" + loud)).isEmpty();
        assertThat(server.database()
                        .number("select count(*) from alerts where event_id in (select id from jobs where"
                                + " cron_id is not null) and alertable_type = 'queue'"))
                .isZero();
    }

    @Test
    void anAlertIsAcknowledgedOnceAndFilteredByThat() throws Exception {
        long cron = cron("acknowledged", "/failing", 1);
        runs(cron, 1);
        String ofCron = "?alertable_type=cron&alertable_id=" + cron;
        long id = alerts(ofCron + "&type=failure").get(0).get("id").asLong();

        JsonNode first = Api.json(api.post("/api/alerts/" + id + "/acknowledge", ""));
        server.database()
                .execute("update alerts set acknowledged_at = acknowledged_at - interval '1 hour' where id = " + id);
        JsonNode again = Api.json(api.post("/api/alerts/" + id + "/acknowledge", "{}"));

        assertThat(first.get("acknowledged_at").isNull()).isFalse();
        assertThat(again.get("acknowledged_at")).isNotEqualTo(first.get("acknowledged_at"));
        assertThat(alerts(ofCron + "&acknowledged=true")).hasSize(1);
        assertThat(alerts(ofCron + "&acknowledged=false")).hasSize(1);
        assertThat(Api.json(api.get("/api/audit?action=alert.acknowledge")).get("data"))
                .hasSize(1);
        assertThat(api.post("/api/alerts/999999/acknowledge", "").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            type=loud                | type           | The selected type is invalid.
            alertable_type=job       | alertable_type | The selected alertable type is invalid.
            alertable_id=x           | alertable_id   | The alertable id field must be an integer.
            acknowledged=yes         | acknowledged   | The acknowledged field must be true or false.
            cursor=x                 | cursor         | The cursor field is not a cursor of this list with these filters.
            """)
    void aFilterThatIsNoneIsRefused(String query, String field, String message) {
        HttpResponse<String> answer = api.get("/api/alerts?" + query);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(Api.json(answer).at("/errors/" + field + "/0").asText()).isEqualTo(message);
    }

    @Test
    void aListOfAlertsGoesOnBehindItsCursor() throws Exception {
        for (int i = 0; i < 2; i++) {
            runs(cron("listed " + i, "/failing", 1), 1);
        }

        JsonNode page = Api.json(api.get("/api/alerts?limit=3&alertable_type=cron"));
        JsonNode next = Api.json(api.get("/api/alerts?limit=3&alertable_type=cron&cursor="
                + page.get("next_cursor").asText()));

        assertThat(page.get("data")).hasSize(3);
        assertThat(next.at("/data/0/id").asLong())
                .isLessThan(page.at("/data/2/id").asLong());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                        | type        | The type field is required.
            {"type": "sms", "url": "https://example.com"}             | type        | The selected type is invalid.
            {"type": "webhook"}                                       | url         | The url field is required.
            {"type": "webhook", "url": "ftp://example.com"}           | url         | The url field must be a valid URL.
            {"type": "webhook", "to": "a@example.com"}                | to          | The to field must not be given for a channel of type webhook.
            {"type": "email", "to": "a@example.com\\r\\nBcc: b@x.org"} | to          | The to field must be a valid email address.
            {"type": "email", "to": "a@example.com, b@example.com"}   | to          | The to field must be a valid email address.
            {"type": "email", "url": "https://example.com"}           | url         | The url field must not be given for a channel of type email.
            {"type": "slack", "url": "https://x.org", "alert_types": []} | alert_types | The alert types field must have at least 1 item.
            {"type": "slack", "url": "https://x.org", "alert_types": ["all"]} | alert_types.0 | The selected alert types.0 is invalid.
            {"type": "slack", "url": "https://x.org/REDACTED:0123abcd"} | url       | The url field is a masked value; send the original, or leave the field out.
            {"type": "slack", "url": "https://x.org", "channel": "x"} | channel     | The channel field is unknown.
            """)
    void aChannelThatIsNoneIsRefused(String body, String field, String message) {
        HttpResponse<String> answer = api.post("/api/alert-channels", body.replace("\\\\", "\\"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(Api.json(answer).get("errors").get(field).get(0).asText()).isEqualTo(message);
    }

    @Test
    void aChannelIsMadeShownChangedAndRemoved() {
        HttpResponse<String> made =
                api.post("/api/alert-channels", "{\"type\": \"webhook\", \"url\": \"https://example.com/a\"}");
        assertThat(made.statusCode()).isEqualTo(201);
        JsonNode channel = Api.json(made);
        String path = made.headers().firstValue("Location").orElseThrow();
        assertThat(path).isEqualTo("/api/alert-channels/" + channel.get("id").asLong());
        assertThat(channel.get("url").asText()).isEqualTo("https://example.com/a");
        assertThat(channel.has("to")).isFalse();
        assertThat(channel.get("alert_types")).hasToString("[\"failure\",\"recovery\"]");
        assertThat(channel.get("is_active").asBoolean()).isTrue();
        assertThat(channel.get("last_message").isNull()).isTrue();
        assertThat(Api.json(api.get(path))).isEqualTo(channel);
        assertThat(Api.json(api.get("/api/alert-channels")).at("/data/0")).isEqualTo(channel);

        JsonNode changed = Api.json(api.patch(
                path, "{\"url\": \"https://example.com/b\", \"alert_types\": [\"warning\"], \"is_active\": false}"));
        assertThat(changed.get("url").asText()).isEqualTo("https://example.com/b");
        assertThat(changed.get("alert_types")).hasToString("[\"warning\"]");
        assertThat(changed.get("is_active").asBoolean()).isFalse();
        assertThat(api.patch(path, "{\"type\": \"slack\"}").body()).contains("The type field cannot be changed.");
        assertThat(api.patch(path, "{\"type\": \"webhook\", \"url\": null}").statusCode())
                .isEqualTo(200);

        assertThat(api.delete(path).statusCode()).isEqualTo(204);
        assertThat(api.get(path).statusCode()).isEqualTo(404);
        assertThat(api.delete(path).statusCode()).isEqualTo(404);
        assertThat(Api.json(api.get("/api/audit")).get("data").findValuesAsText("action"))
                .contains("alert_channel.create", "alert_channel.change", "alert_channel.delete");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            webhook | url         | "https://example.com/b"
            email   | to          | "b@example.com"
            webhook | alert_types | ["warning"]
            webhook | is_active   | false
            """)
    void whatOfAChannelIsChangedAloneIsChangedAndTold(String type, String field, String value) {
        long id = channel(
                type, type.equals("email") ? "\"to\": \"a@example.com\"" : "\"url\": \"https://example.com/a\"");
        String path = "/api/alert-channels/" + id;

        assertThat(api.patch(path, "{\"" + field + "\": " + value + "}").statusCode())
                .isEqualTo(200);

        assertThat(Api.json(api.get(path)).get(field)).isEqualTo(Api.json(value));
        JsonNode told =
                Api.json(api.get("/api/audit?action=alert_channel.change")).at("/data/0");
        assertThat(told.at("/thing/id").asLong()).isEqualTo(id);
        assertThat(told.get("fields")).hasToString("[\"" + field + "\"]");
    }

    /** Whoever knows such a URL may post there. */
    @Test
    void whereSlackAndDiscordListenIsShownMaskedAndNotToldByTheAudit() {
        for (String type : List.of("slack", "discord")) {
            String url = "https://hooks.example.com/services/T0/B0/" + type + "-capability";
            long id = channel(type, "\"url\": \"" + url + "\"");
            String shown = api.get("/api/alert-channels/" + id).body();

            assertThat(shown).doesNotContain("capability").doesNotContain("services");
            assertThat(Api.json(shown).get("url").asText())
                    .matches("https://hooks\\.example\\.com/REDACTED:[0-9a-f]{8}");
            assertThat(api.patch("/api/alert-channels/" + id, shown.replaceFirst(".*(\"url\":\"[^\"]*\").*", "{$1}"))
                            .statusCode())
                    .isEqualTo(422);
            assertThat(api.get("/api/alert-channels").body()).doesNotContain("capability");
            assertThat(api.get("/api/audit").body()).doesNotContain("capability");
        }
    }

    @Test
    void aTeamHasNoMoreThanTwentyChannels() {
        int there =
                Api.json(api.get("/api/alert-channels?limit=100")).get("data").size();
        for (int i = there; i < 20; i++) {
            channel("webhook", "\"url\": \"https://example.com/\"");
        }

        HttpResponse<String> answer =
                api.post("/api/alert-channels", "{\"type\": \"webhook\", \"url\": \"https://example.com/\"}");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("The team has 20 alert channels");
    }

    @Test
    void aTestIsSentOnceAndItsChannelTellsWhatCameOfIt() throws Exception {
        long good = channel("webhook", "\"url\": \"" + receiver.url("/test") + "\", \"is_active\": false");
        long bad = channel("slack", "\"url\": \"" + receiver.url("/failing") + "\"");
        long blocked = channel("webhook", "\"url\": \"http://10.1.2.3/\"");
        long mailed = channel("email", "\"to\": \"test@example.com\"");

        for (long id : List.of(good, bad, blocked, mailed)) {
            HttpResponse<String> answer = api.post("/api/alert-channels/" + id + "/test", "");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            assertThat(Api.json(answer).at("/last_message/test").asBoolean()).isTrue();
        }

        assertThat(awaitMessage(good, "delivered").get("last_response_status").asInt())
                .isEqualTo(200);
        Arrival arrival = awaitArrival("/test");
        assertSigned(arrival);
        assertThat(Api.json(arrival.body()).get("event").asText()).isEqualTo("alert.test");
        JsonNode failed = awaitMessage(bad, "failed");
        assertThat(failed.get("attempts").asInt()).isEqualTo(1);
        assertThat(failed.get("last_failure_reason").asText()).isEqualTo("http_server_error");
        assertThat(failed.get("next_attempt_at").isNull()).isTrue();
        assertThat(awaitMessage(blocked, "failed").get("last_failure_reason").asText())
                .isEqualTo("blocked_address");
        awaitMessage(mailed, "delivered");
        assertThat(Api.json(api.get("/api/audit?action=alert_channel.test")).get("data"))
                .extracting(entry -> entry.at("/thing/id").asLong())
                .contains(good, bad, blocked, mailed);
        assertThat(api.post("/api/alert-channels/999999/test", "").statusCode()).isEqualTo(404);
    }

    @Test
    void aChannelIsTestedOnceAMinuteAndATeamsChannelsTogetherAsOftenAsItMayHaveOfThem() throws Exception {
        server.database().execute("update alert_messages set created_at = created_at - interval '1 minute'");
        long channel = channel("webhook", "\"url\": \"" + receiver.url("/again") + "\"");
        String test = "/api/alert-channels/" + channel + "/test";
        assertThat(api.post(test, "").statusCode()).isEqualTo(202);
        awaitMessage(channel, "delivered");

        HttpResponse<String> refused = api.post(test, "");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(Long.parseLong(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1L, 60L);
        server.database().execute("update alert_messages set created_at = created_at - interval '1 minute'");
        assertThat(api.post(test, "").statusCode()).isEqualTo(202);
        awaitMessage(channel, "delivered");
        // Of channels that were made for it and are gone.
        server.database().execute("""
                insert into alert_messages (team_id, channel_id, due_at, sealed_at, created_at, status)
                select 1, 1000000 + n, now(), now(), clock_timestamp(), 'delivered' from generate_series(1, 19) n
                """);
        HttpResponse<String> ofAnother = api.post(
                "/api/alert-channels/" + channel("webhook", "\"url\": \"" + receiver.url("/again") + "\"") + "/test",
                "");
        assertThat(ofAnother.statusCode()).isEqualTo(429);
        assertThat(ofAnother.headers().firstValue("Retry-After")).hasValue("60");
        server.database().execute("update alert_messages set created_at = created_at - interval '1 minute'");
    }

    /** More are answered with 429, and whoever goes on is switched off. */
    @Test
    void slackAndDiscordGetOneMessageASecond() throws Exception {
        for (String type : List.of("slack", "discord", "webhook")) {
            long channel = channel(type, "\"url\": \"" + receiver.url("/paced") + "\"");
            String gate = "select coalesce(sum(max_per_second), 0) from qrtz_group_gates where trigger_group = 'a"
                    + channel + "'";

            assertThat(server.database().number(gate)).as(type).isEqualTo(type.equals("webhook") ? 0 : 1);
            api.delete("/api/alert-channels/" + channel);
            assertThat(server.database().number(gate)).isZero();
        }
    }

    /** Who may make channels may not look into our network by them, and nothing but the reason is told of it. */
    @Test
    void slackAndDiscordAreHeldToTheEgressRuleAsWebhooksAre() throws Exception {
        for (String type : List.of("slack", "discord", "webhook")) {
            long channel = channel(type, "\"url\": \"http://169.254.169.254/latest\"");
            long cron = cron("blocked " + type, "/failing", 1);
            runs(cron, 1);

            JsonNode message = awaitMessage(channel, "pending");
            assertThat(message.get("last_failure_reason").asText()).isEqualTo("blocked_address");
            api.delete("/api/alert-channels/" + channel);
        }
    }

    @Test
    void aMessageThatIsNotTakenIsTriedAgainWithTheSameBytesAndId() throws Exception {
        receiver.script("/second", RecordingReceiver.statuses(503, 200));
        long failed = gauge("triesFailed");
        long channel = channel("webhook", "\"url\": \"" + receiver.url("/second") + "\"");
        long cron = cron("tried again", "/failing", 1);
        runs(cron, 1);
        JsonNode waiting = awaitMessage(channel, "pending");
        assertThat(waiting.get("attempts").asInt()).isEqualTo(1);
        assertThat(waiting.get("last_response_status").asInt()).isEqualTo(503);
        await().until(() -> gauge("triesFailed") > failed);
        long delivered = gauge("messagesDelivered");

        hurry();

        awaitMessage(channel, "delivered");
        await().until(() -> gauge("messagesDelivered") > delivered);
        List<Arrival> arrivals = receiver.arrivals("/second");
        assertThat(arrivals).hasSize(2);
        assertThat(arrivals.get(1).body()).isEqualTo(arrivals.get(0).body());
        assertThat(header(arrivals.get(1), "Webhook-id")).isEqualTo(header(arrivals.get(0), "Webhook-id"));
    }

    @Test
    void aDeletedTeamsChannelsAreGoneAtOnceAndItsAlertsWithRetention() throws Exception {
        server.database().execute("insert into teams (name) values ('leaving')");
        long team = server.database().number("select id from teams where name = 'leaving'");
        server.database()
                .execute("insert into alert_channels (team_id, type, target, alert_types, is_active) values (" + team
                        + ", 'webhook', 'https://example.com/', '{failure}', true)");
        server.database()
                .execute("insert into alerts (team_id, type, alertable_type, alertable_id, alertable_name, count,"
                        + " event_id, created_at, last_at) values (" + team
                        + ", 'failure', 'queue', 1, 'x', 1, 1, now(), now())");
        long channel = server.database().number("select max(id) from alert_channels");
        server.database().execute("""
                insert into alert_messages (team_id, channel_id, alertable_type, alertable_id, due_at, created_at)
                values (%1$d, %2$d, 'queue', 1, now(), now());
                insert into alert_message_parts select max(id), 1, 1 from alert_messages;
                insert into qrtz_group_gates (sched_name, trigger_group, paused, max_per_second)
                values ('posthaste', 'a%2$d', false, 1)
                """.formatted(team, channel));
        Api admin = new Api(server.adminPort(), "");

        assertThat(admin.post("/tasks/team?action=delete&name=leaving", "").statusCode())
                .isEqualTo(200);
        assertThat(server.database().number("select count(*) from alert_channels where team_id = " + team))
                .isZero();
        assertThat(server.database()
                        .number("select count(*) from qrtz_group_gates where trigger_group = 'a" + channel + "'"))
                .isZero();
        assertThat(admin.post("/tasks/retention", "").statusCode()).isEqualTo(200);

        assertThat(server.database().number("select count(*) from alerts where team_id = " + team))
                .isZero();
        assertThat(server.database().number("select count(*) from alert_messages where team_id = " + team))
                .isZero();
        assertThat(server.database()
                        .number("select count(*) from alert_message_parts where message_id not in"
                                + " (select id from alert_messages)"))
                .isZero();
    }

    @Test
    void whatIsOlderThanRetentionGoesWithItsMessagesAndTheRestStays() throws Exception {
        channel("webhook", "\"url\": \"" + receiver.url("/old") + "\"");
        long cron = cron("old", "/failing", 1);
        runs(cron, 1);
        awaitArrival("/old");
        await().atMost(SOON)
                .until(() -> server.database()
                                .number("select count(*) from alert_messages where alertable_id = " + cron
                                        + " and status = 'delivered'")
                        == 1);
        server.database()
                .execute("update alerts set created_at = created_at - interval '89 days' where alertable_id = "
                        + cron
                        + "; update alert_messages set created_at = created_at - interval '89 days' where alertable_id = "
                        + cron);
        new Api(server.adminPort(), "").post("/tasks/retention", "");
        assertThat(alerts("?alertable_type=cron&alertable_id=" + cron))
                .as("after 89 days")
                .hasSize(2);
        assertThat(server.database().number("select count(*) from alert_messages where alertable_id = " + cron))
                .isOne();
        server.database()
                .execute("update alerts set created_at = created_at - interval '2 days' where alertable_id = " + cron
                        + "; update alert_messages set created_at = created_at - interval '2 days' where alertable_id = "
                        + cron);

        new Api(server.adminPort(), "").post("/tasks/retention", "");

        assertThat(alerts("?alertable_type=cron&alertable_id=" + cron)).isEmpty();
        assertThat(server.database().number("select count(*) from alert_messages where alertable_id = " + cron))
                .isZero();
        assertThat(server.database()
                        .number("select count(*) from alert_message_parts p where not exists (select 1 from"
                                + " alert_messages m where m.id = p.message_id)"))
                .isZero();
    }

    private long gauge(String name) {
        Object value = Objects.requireNonNull(
                        server.environment().metrics().getGauges().get("posthaste.alerts." + name))
                .getValue();
        return ((Number) value).longValue();
    }

    /** What waits for its minute or its pause waits no more. */
    private void hurry() throws Exception {
        server.database().execute("""
                update alert_messages set delivered_at = delivered_at - interval '1 minute';
                update qrtz_triggers set next_fire_time = 1 where trigger_group like 'a%'
                """);
    }

    private long channel(String type, String fields) {
        HttpResponse<String> made = api.post("/api/alert-channels", "{\"type\": \"" + type + "\", " + fields + "}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        long id = Api.json(made).get("id").asLong();
        channels.add(id);
        return id;
    }

    private long cron(String name, String path, int threshold) {
        return Api.json(api.post(
                        "/api/crons",
                        "{\"name\": \"" + name + "\", \"url\": \"" + receiver.url(path)
                                + "\", \"cron_expression\": \"0 0 1 1 *\", \"alert_threshold\": " + threshold + "}"))
                .get("id")
                .asLong();
    }

    private List<MimeMessage> letters(String to) throws Exception {
        List<MimeMessage> letters = new ArrayList<>();
        for (MimeMessage letter : mail.getReceivedMessages()) {
            if (letter.getAllRecipients()[0].toString().equals(to)) {
                letters.add(letter);
            }
        }
        return letters;
    }

    /** Until so many executions have ended, one after the other. */
    private void runs(long cron, int until) {
        for (int i = show(cron).get("recent").size(); i < until; i++) {
            api.post("/api/crons/" + cron + "/run", "");
            int expected = i + 1;
            await().atMost(SOON).until(() -> {
                JsonNode recent = show(cron).get("recent");
                return recent.size() == expected
                        && StreamSupport.stream(recent.spliterator(), false)
                                .noneMatch(status -> status.asText().matches("pending|processing"));
            });
        }
    }

    private JsonNode show(long cron) {
        return Api.json(api.get("/api/crons/" + cron));
    }

    private List<String> types(long cron) {
        return alerts("?alertable_type=cron&alertable_id=" + cron).stream()
                .map(alert -> alert.get("type").asText())
                .toList();
    }

    private List<JsonNode> alerts(String query) {
        List<JsonNode> alerts = new ArrayList<>();
        Api.json(api.get("/api/alerts" + query)).get("data").forEach(alerts::add);
        return alerts;
    }

    private JsonNode awaitMessage(long channel, String status) {
        await().atMost(SOON).until(() -> {
            JsonNode last = Api.json(api.get("/api/alert-channels/" + channel)).get("last_message");
            return !last.isNull()
                    && last.get("status").asText().equals(status)
                    && last.get("attempts").asInt() > 0;
        });
        return Api.json(api.get("/api/alert-channels/" + channel)).get("last_message");
    }

    private Arrival awaitArrival(String path) {
        await().atMost(SOON).until(() -> receiver.count(path) > 0);
        return receiver.arrivals(path).get(0);
    }

    private static String header(Arrival arrival, String name) {
        return Objects.requireNonNull(arrival.headers().get(name), name).get(0);
    }

    /** Standard Webhooks 1.0, by hand. */
    private void assertSigned(Arrival arrival) throws Exception {
        byte[] key = Base64.getDecoder().decode(secret.replaceFirst("whsec_", ""));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        assertThat(header(arrival, "Webhook-id")).startsWith("alert_");
        String signed =
                header(arrival, "Webhook-id") + "." + header(arrival, "Webhook-timestamp") + "." + arrival.body();
        String signature = Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        assertThat(header(arrival, "Webhook-signature")).isEqualTo("v1," + signature);
        assertThat(header(arrival, "X-recuro-signature")).hasSize(64);
    }
}
