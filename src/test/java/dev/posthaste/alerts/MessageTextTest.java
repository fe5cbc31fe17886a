package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.jobs.FailureReason;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageTextTest {
    private static final Instant AT = Instant.parse("2026-04-10T14:10:00Z");

    @Test
    void aWebhookGetsTheContractsAlertWithItsEventAndWhatIsNew() throws IOException {
        JsonNode body = json(MessageText.of(
                ChannelType.WEBHOOK, List.of(told(5, AlertType.FAILURE, "Health \"Check\"", 40, 12, AT)), true));

        assertThat(body.get("event").asText()).isEqualTo("alert.failure");
        assertThat(body.get("id").asLong()).isEqualTo(5);
        assertThat(body.get("type").asText()).isEqualTo("failure");
        assertThat(body.get("alertable_type").asText()).isEqualTo("queue");
        assertThat(body.get("alertable_id").asLong()).isEqualTo(42);
        assertThat(body.get("alertable_name").asText()).isEqualTo("Health \"Check\"");
        assertThat(body.get("message").asText())
                .isEqualTo(
                        "40 jobs of the queue \"Health \\\"Check\\\"\" failed for good and are not tried again; the last"
                                + " was job 9: no answer in time (timeout).");
        assertThat(body.get("job_id").asLong()).isEqualTo(9);
        assertThat(body.get("execution_id").isNull()).isTrue();
        assertThat(body.get("count").asLong()).isEqualTo(40);
        assertThat(body.get("new_count").asLong()).isEqualTo(12);
        assertThat(body.get("created_at").asText()).isEqualTo("2026-04-10T14:10:00+00:00");
        assertThat(body.get("acknowledged_at").isNull()).isTrue();
        assertThat(body.get("more")).isEmpty();
    }

    /** Whoever reads one line only is to know how it stands. */
    @Test
    void theLatestOfFailureAndRecoveryLeadsAndWarningsFollow() throws IOException {
        ToldAlert failure = told(1, AlertType.FAILURE, "x", 1, 1, AT);
        ToldAlert recovery = told(2, AlertType.RECOVERY, "x", 1, 1, AT.plusSeconds(5));
        ToldAlert warning = told(3, AlertType.WARNING, "x", 1, 1, AT.plusSeconds(9));

        JsonNode body = json(MessageText.of(ChannelType.WEBHOOK, List.of(warning, failure, recovery), true));

        assertThat(body.get("event").asText()).isEqualTo("alert.recovery");
        assertThat(body.get("more").findValuesAsText("type")).containsExactly("failure", "warning");
        assertThat(json(MessageText.of(ChannelType.WEBHOOK, List.of(warning, failure), true))
                        .get("event")
                        .asText())
                .isEqualTo("alert.failure");
    }

    @Test
    void aNameMentionsNobodyInSlack() throws IOException {
        JsonNode body = json(MessageText.of(
                ChannelType.SLACK, List.of(told(1, AlertType.FAILURE, "<!channel> & <@U1>", 1, 1, AT)), true));

        assertThat(body.get("text").asText())
                .startsWith("failure: Job 9 of the queue \"&lt;!channel&gt; &amp; &lt;@\u200BU1&gt;\" failed for good");
    }

    /** Mattermost and Rocket.Chat take the same messages, and mention everybody by less. */
    @Test
    void aNameMentionsNobodyInWhatUnderstandsTheSameAsSlack() throws IOException {
        JsonNode body = json(MessageText.of(
                ChannelType.SLACK, List.of(told(1, AlertType.FAILURE, "@channel @all @here", 1, 1, AT)), true));

        assertThat(body.get("text").asText()).doesNotContainPattern("@\\w").contains("@\u200Bchannel");
    }

    @Test
    void discordMentionsNobodyAndGetsNoMoreThanItTakes() throws IOException {
        List<ToldAlert> many = List.of(
                told(1, AlertType.FAILURE, "@everyone " + "\uD83D\uDE00".repeat(1_200), 1, 1, AT),
                told(2, AlertType.WARNING, "x", 1, 1, AT));

        JsonNode body = json(MessageText.of(ChannelType.DISCORD, many, true));

        assertThat(body.at("/allowed_mentions/parse").isArray()).isTrue();
        assertThat(body.at("/allowed_mentions/parse")).isEmpty();
        assertThat(body.get("content").asText()).hasSizeLessThanOrEqualTo(2_000).endsWith("\uD83D\uDE00…");
    }

    @Test
    void aStormSaysWhatIsNewHowMuchItIsInAllSinceWhenAndWhereToLook() {
        MessageText mail = MessageText.of(
                ChannelType.EMAIL,
                List.of(told(1, AlertType.FAILURE, "emails", 10_000, 9_963, AT.plusSeconds(50))),
                true);

        assertThat(mail.subject()).isEqualTo("[Posthaste] failure: queue emails");
        assertThat(mail.body())
                .isEqualTo(
                        "failure: 9963 jobs of the queue \"emails\" failed for good and are not tried again; the last"
                                + " was job 9: no answer in time (timeout). 10000 in all since 2026-04-10T14:10:00+00:00, the last"
                                + " at 2026-04-10T14:10:50+00:00. Look at GET /api/jobs/9\n");
    }

    @Test
    void aCronThatHasRecoveredAndFailedAgainReadsAsFailing() {
        ToldAlert failures = ofCron(1, AlertType.FAILURE, 2, AT.plusSeconds(40));
        ToldAlert recovery = ofCron(2, AlertType.RECOVERY, 1, AT.plusSeconds(20));

        MessageText mail = MessageText.of(ChannelType.EMAIL, List.of(recovery, failures), true);

        assertThat(mail.subject()).isEqualTo("[Posthaste] failure: cron x");
        assertThat(mail.body())
                .isEqualTo(
                        "failure: The cron \"x\" has reached its alert threshold 2 times, the last time in execution 9:"
                                + " no answer in time (timeout). Since 2026-04-10T14:10:00+00:00, the last at"
                                + " 2026-04-10T14:10:40+00:00. Look at GET /api/crons/42/executions/9\n"
                                + "before that, recovery: The cron \"x\" has recovered: execution 9 succeeded."
                                + " At 2026-04-10T14:10:20+00:00.\n");
    }

    @Test
    void aCronThatHasFailedAndRecoveredReadsAsRecovered() {
        ToldAlert failure = ofCron(1, AlertType.FAILURE, 1, AT);
        ToldAlert recovery = ofCron(2, AlertType.RECOVERY, 1, AT.plusSeconds(20));

        MessageText mail = MessageText.of(ChannelType.EMAIL, List.of(failure, recovery), true);

        assertThat(mail.subject()).isEqualTo("[Posthaste] recovery: cron x");
        assertThat(mail.body()).startsWith("recovery: ").contains("\nbefore that, failure: The cron \"x\" is failing");
    }

    /** It has begun to fail again, and whoever wants warnings wants to know. */
    @Test
    void aCronThatBeginsToFailAfterItsRecoveryReadsAsThat() {
        ToldAlert recovery = ofCron(1, AlertType.RECOVERY, 1, AT);
        ToldAlert warning = ofCron(2, AlertType.WARNING, 1, AT.plusSeconds(20));

        assertThat(MessageText.of(ChannelType.EMAIL, List.of(recovery, warning), true)
                        .subject())
                .isEqualTo("[Posthaste] warning: cron x");
    }

    /** Jobs of a queue fail side by side: what is lost leads. */
    @Test
    void whatAQueueHasLostLeadsBeforeItsWarningsWhateverCameLast() {
        MessageText mail = MessageText.of(
                ChannelType.EMAIL,
                List.of(
                        told(1, AlertType.FAILURE, "x", 1, 1, AT),
                        told(2, AlertType.WARNING, "x", 3, 3, AT.plusSeconds(9))),
                true);

        assertThat(mail.subject()).isEqualTo("[Posthaste] failure: queue x");
        assertThat(mail.body())
                .contains("\nwarning: 3 jobs of the queue \"x\" failed on their first attempt; the last was job 9: ");
    }

    /** The call would be answered with 404. */
    @Test
    void ofACronThatIsDeletedItSaysSoInPlaceOfWhereToLook() {
        MessageText mail = MessageText.of(ChannelType.EMAIL, List.of(ofCron(1, AlertType.FAILURE, 1, AT)), false);

        assertThat(mail.body()).contains(" The cron is deleted.\n").doesNotContain("GET ");
    }

    /** Whoever refuses large bodies would be told of nothing. */
    @Test
    void ofManyTheNewestFiftyAreToldAndHowManyThereWereBefore() throws IOException {
        List<ToldAlert> many = IntStream.range(0, 300)
                .mapToObj(i -> told(i, AlertType.FAILURE, "x", 2, 2, AT.plusSeconds(i)))
                .toList();

        JsonNode body = json(MessageText.of(ChannelType.WEBHOOK, many, true));
        String mail = MessageText.of(ChannelType.EMAIL, many, true).body();

        assertThat(body.get("id").asLong()).isEqualTo(299);
        assertThat(body.get("more").findValuesAsText("id"))
                .hasSize(49)
                .startsWith("298")
                .endsWith("250");
        assertThat(body.at("/earlier/alerts").asInt()).isEqualTo(250);
        assertThat(body.at("/earlier/new_count").asInt()).isEqualTo(500);
        assertThat(mail.lines()).hasSize(51);
        assertThat(mail).endsWith("\n250 earlier alerts with a count of 500 in all: GET /api/alerts shows them.\n");
        JsonNode fifty = json(MessageText.of(ChannelType.WEBHOOK, many.subList(0, 50), true));
        assertThat(fifty.get("more")).hasSize(49);
        assertThat(fifty.has("earlier")).isFalse();
    }

    @Test
    void whatLeadsIsToldHoweverOldItIs() throws IOException {
        List<ToldAlert> many = IntStream.range(0, 300)
                .mapToObj(i -> told(i, i == 0 ? AlertType.FAILURE : AlertType.WARNING, "x", 1, 1, AT.plusSeconds(i)))
                .toList();

        JsonNode body = json(MessageText.of(ChannelType.WEBHOOK, many, true));

        assertThat(body.get("event").asText()).isEqualTo("alert.failure");
        assertThat(body.get("more")).hasSize(49);
    }

    @Test
    void eachReasonHasItsOwnWordsAndTheContractsName() {
        List<String> words =
                Arrays.stream(FailureReason.values()).map(ReasonText::of).toList();

        assertThat(words).doesNotHaveDuplicates();
        for (FailureReason reason : FailureReason.values()) {
            assertThat(ReasonText.of(reason)).endsWith(" (" + reason.contractName() + ")");
        }
        assertThat(ReasonText.of(null)).isEqualTo(ReasonText.of(FailureReason.UNKNOWN));
    }

    @Test
    void aSubjectHasOneLineWhateverTheNameHas() {
        MessageText mail = MessageText.of(
                ChannelType.EMAIL,
                List.of(told(1, AlertType.FAILURE, "a\r\nBcc: x@example.com\u2028b", 1, 1, AT)),
                true);

        assertThat(mail.subject()).isEqualTo("[Posthaste] failure: queue a  Bcc: x@example.com b");
    }

    @Test
    void aTestSaysThatItIsOne() throws IOException {
        JsonNode body = json(MessageText.test(ChannelType.WEBHOOK, 3, AT));

        assertThat(body.get("event").asText()).isEqualTo("alert.test");
        assertThat(body.get("channel_id").asLong()).isEqualTo(3);
        assertThat(json(MessageText.test(ChannelType.SLACK, 3, AT)).get("text").asText())
                .startsWith("This is a test");
    }

    private static ToldAlert ofCron(long id, AlertType type, long count, Instant lastAt) {
        FailureReason reason = type == AlertType.RECOVERY ? null : FailureReason.TIMEOUT;
        Alertable alertable = new Alertable(AlertableType.CRON, 42);
        return new ToldAlert(new Alert(id, type, alertable, "x", count, 9, reason, AT, lastAt, null), count);
    }

    private static ToldAlert told(long id, AlertType type, String name, long count, long added, Instant lastAt) {
        FailureReason reason = type == AlertType.RECOVERY ? null : FailureReason.TIMEOUT;
        Alertable alertable = new Alertable(AlertableType.QUEUE, 42);
        return new ToldAlert(new Alert(id, type, alertable, name, count, 9, reason, AT, lastAt, null), added);
    }

    private static JsonNode json(MessageText text) throws IOException {
        return new ObjectMapper().readTree(text.body());
    }
}
