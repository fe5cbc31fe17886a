package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.jobs.FailureReason;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTextTest {
    private static final Instant AT = Instant.parse("2026-04-10T14:10:00Z");

    @Test
    void aWebhookGetsTheContractsAlertWithItsEventAndWhatIsNew() throws IOException {
        JsonNode body = json(MessageText.of(
                ChannelType.WEBHOOK, List.of(told(5, AlertType.FAILURE, "Health \"Check\"", 40, 12, AT))));

        assertThat(body.get("event").asText()).isEqualTo("alert.failure");
        assertThat(body.get("id").asLong()).isEqualTo(5);
        assertThat(body.get("type").asText()).isEqualTo("failure");
        assertThat(body.get("alertable_type").asText()).isEqualTo("queue");
        assertThat(body.get("alertable_id").asLong()).isEqualTo(42);
        assertThat(body.get("alertable_name").asText()).isEqualTo("Health \"Check\"");
        assertThat(body.get("message").asText())
                .isEqualTo("40 jobs of the queue \"Health \\\"Check\\\"\" have failed for good, the last of them:"
                        + " timeout.");
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

        JsonNode body = json(MessageText.of(ChannelType.WEBHOOK, List.of(warning, failure, recovery)));

        assertThat(body.get("event").asText()).isEqualTo("alert.recovery");
        assertThat(body.get("more").findValuesAsText("type")).containsExactly("failure", "warning");
        assertThat(json(MessageText.of(ChannelType.WEBHOOK, List.of(warning, failure)))
                        .get("event")
                        .asText())
                .isEqualTo("alert.failure");
    }

    @Test
    void aNameMentionsNobodyInSlack() throws IOException {
        JsonNode body = json(
                MessageText.of(ChannelType.SLACK, List.of(told(1, AlertType.FAILURE, "<!channel> & <@U1>", 1, 1, AT))));

        assertThat(body.get("text").asText())
                .isEqualTo("failure: A job of the queue \"&lt;!channel&gt; &amp; &lt;@U1&gt;\" has failed for good:"
                        + " timeout.");
    }

    @Test
    void discordMentionsNobodyAndGetsNoMoreThanItTakes() throws IOException {
        List<ToldAlert> many = List.of(
                told(1, AlertType.FAILURE, "@everyone " + "\uD83D\uDE00".repeat(1_200), 1, 1, AT),
                told(2, AlertType.WARNING, "x", 1, 1, AT));

        JsonNode body = json(MessageText.of(ChannelType.DISCORD, many));

        assertThat(body.at("/allowed_mentions/parse").isArray()).isTrue();
        assertThat(body.at("/allowed_mentions/parse")).isEmpty();
        assertThat(body.get("content").asText()).hasSizeLessThanOrEqualTo(2_000).endsWith("\uD83D\uDE00…");
    }

    @Test
    void aStormSaysWhatIsNewAndHowMuchItIsInAll() {
        MessageText mail =
                MessageText.of(ChannelType.EMAIL, List.of(told(1, AlertType.FAILURE, "emails", 10_000, 9_963, AT)));

        assertThat(mail.subject()).isEqualTo("[Posthaste] failure: queue emails");
        assertThat(mail.body())
                .isEqualTo("failure: 9963 jobs of the queue \"emails\" have failed for good, the last of them: timeout."
                        + " (10000 in all since 2026-04-10T14:10:00+00:00)\n");
    }

    @Test
    void aSubjectHasOneLineWhateverTheNameHas() {
        MessageText mail = MessageText.of(
                ChannelType.EMAIL, List.of(told(1, AlertType.FAILURE, "a\r\nBcc: x@example.com\u2028b", 1, 1, AT)));

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

    private static ToldAlert told(long id, AlertType type, String name, long count, long added, Instant lastAt) {
        FailureReason reason = type == AlertType.RECOVERY ? null : FailureReason.TIMEOUT;
        Alertable alertable = new Alertable(AlertableType.QUEUE, 42);
        return new ToldAlert(new Alert(id, type, alertable, name, count, 9, reason, AT, lastAt, null), added);
    }

    private static JsonNode json(MessageText text) throws IOException {
        return new ObjectMapper().readTree(text.body());
    }
}
