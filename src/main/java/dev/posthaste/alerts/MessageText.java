package dev.posthaste.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.sql.StorableText;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to a channel.
 *
 * @param subject of a mail, null for everything else
 * @param body a JSON object, or the text of a mail
 */
public record MessageText(@Nullable String subject, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Discord refuses what is longer; counted in UTF-16, which is never less than what Discord counts. */
    private static final int MAX_DISCORD = 2_000;

    /** Names are as long as 255 characters, and a subject is read at a glance. */
    private static final int MAX_NAME_IN_SUBJECT = 80;

    private static final String TEST = "This is a test: alerts of Posthaste are sent here.";

    /** The latest of what is over or has begun matters more than any warning. */
    private static final Comparator<ToldAlert> BY_IMPORTANCE = Comparator.comparing(
                    (ToldAlert one) -> one.alert().type() == AlertType.WARNING)
            .thenComparing(one -> one.alert().lastAt(), Comparator.reverseOrder())
            .thenComparing(one -> one.alert().id(), Comparator.reverseOrder());

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Webhook(String event, @JsonUnwrapped ShownAlert alert, long newCount, List<Further> more) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Further(@JsonUnwrapped ShownAlert alert, long newCount) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record WebhookTest(String event, long channelId, String message, String createdAt) {}

    /**
     * The message about what a channel has not been told yet of one cron or queue.
     *
     * @param told at least one
     */
    static MessageText of(ChannelType type, List<ToldAlert> told) {
        List<ToldAlert> all = told.stream().sorted(BY_IMPORTANCE).toList();
        if (type == ChannelType.WEBHOOK) {
            ToldAlert first = all.get(0);
            List<Further> more = all.stream()
                    .skip(1)
                    .map(one -> new Further(ShownAlert.of(one.alert()), one.added()))
                    .toList();
            return json(new Webhook(
                    "alert." + first.alert().type().contractName(), ShownAlert.of(first.alert()), first.added(), more));
        }
        Alert first = all.get(0).alert();
        String subject = "[Posthaste] " + first.type().contractName() + ": "
                + first.alertable().type().contractName() + " "
                + cut(StorableText.line(first.name()), MAX_NAME_IN_SUBJECT);
        return written(type, subject, all.stream().map(MessageText::line).collect(Collectors.joining("\n")));
    }

    /** A message that says nothing but that it arrives. */
    static MessageText test(ChannelType type, long channelId, Instant at) {
        return type == ChannelType.WEBHOOK
                ? json(new WebhookTest("alert.test", channelId, TEST, ContractTime.seconds(at)))
                : written(type, "[Posthaste] test", TEST);
    }

    private static MessageText written(ChannelType type, String subject, String text) {
        return switch (type) {
            case SLACK -> json(Map.of("text", forSlack(text)));
            case DISCORD ->
                json(Map.of("content", cut(text, MAX_DISCORD), "allowed_mentions", Map.of("parse", List.of())));
            case EMAIL -> new MessageText(subject, text + "\n");
            case WEBHOOK -> throw new IllegalArgumentException("a webhook gets no text");
        };
    }

    /** What is new of it; how much there is in all, where the channel has been told of some. */
    private static String line(ToldAlert told) {
        Alert alert = told.alert();
        String more = told.added() == alert.count()
                ? ""
                : " (" + alert.count() + " in all since " + ContractTime.seconds(alert.createdAt()) + ")";
        return alert.type().contractName() + ": " + alert.sentence(told.added()) + more;
    }

    /** The three that mean something there, by which a name could mention everybody. */
    private static String forSlack(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(max - 2)) ? max - 2 : max - 1;
        return text.substring(0, end) + "…";
    }

    private static MessageText json(Object body) {
        try {
            return new MessageText(null, JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message that cannot be written as JSON", e);
        }
    }
}
