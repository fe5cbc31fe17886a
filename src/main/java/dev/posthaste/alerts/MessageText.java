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
import java.util.stream.Stream;
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

    /** What a receiver was away for is told in so many lines; one that refuses large bodies would be told of nothing. */
    private static final int MAX_TOLD = 50;

    private static final String TEST = "This is a test: alerts of Posthaste are sent here.";

    /** The latest of what is over or has begun matters more than any warning. */
    private static final Comparator<ToldAlert> BY_IMPORTANCE = Comparator.comparing(
                    (ToldAlert one) -> one.alert().type() == AlertType.WARNING)
            .thenComparing(newestFirst());

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Webhook(
            String event,
            @JsonUnwrapped ShownAlert alert,
            long newCount,
            List<Further> more,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Earlier earlier) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Further(@JsonUnwrapped ShownAlert alert, long newCount) {}

    /** What is too much to tell one by one. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Earlier(int alerts, long newCount) {
        static @Nullable Earlier of(List<ToldAlert> untold) {
            return untold.isEmpty()
                    ? null
                    : new Earlier(
                            untold.size(),
                            untold.stream().mapToLong(ToldAlert::added).sum());
        }

        String line() {
            return alerts + (alerts == 1 ? " earlier alert" : " earlier alerts") + " with a count of " + newCount
                    + " in all: GET /api/alerts shows " + (alerts == 1 ? "it." : "them.");
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record WebhookTest(String event, long channelId, String message, String createdAt) {}

    /**
     * The message about what a channel has not been told yet of one cron or queue.
     *
     * @param told at least one; the newest of many are told one by one
     * @param isThere whether the cron or queue can still be looked at
     */
    static MessageText of(ChannelType type, List<ToldAlert> told, boolean isThere) {
        Comparator<ToldAlert> order = type == ChannelType.WEBHOOK ? BY_IMPORTANCE : forReaders(told);
        List<ToldAlert> inOrder = told.stream().sorted(order).toList();
        List<ToldAlert> others = inOrder.stream().skip(1).sorted(newestFirst()).toList();
        int shown = Math.min(others.size(), MAX_TOLD - 1);
        List<ToldAlert> all = Stream.concat(
                        inOrder.stream().limit(1),
                        others.subList(0, shown).stream().sorted(order))
                .toList();
        Earlier earlier = Earlier.of(others.subList(shown, others.size()));
        return type == ChannelType.WEBHOOK ? webhook(all, earlier) : written(type, all, earlier, isThere);
    }

    private static MessageText webhook(List<ToldAlert> all, @Nullable Earlier earlier) {
        ToldAlert first = all.get(0);
        List<Further> more = all.stream()
                .skip(1)
                .map(one -> new Further(ShownAlert.of(one.alert()), one.added()))
                .toList();
        return json(new Webhook(
                "alert." + first.alert().type().contractName(),
                ShownAlert.of(first.alert()),
                first.added(),
                more,
                earlier));
    }

    /**
     * Whoever reads one line only is to know how it stands. A cron stands as it was left last; a queue's jobs fail side by
     * side, and what is lost matters more than what is tried again.
     */
    private static Comparator<ToldAlert> forReaders(List<ToldAlert> told) {
        boolean isOfCron = told.get(0).alert().alertable().type() == AlertableType.CRON;
        return isOfCron ? newestFirst() : BY_IMPORTANCE;
    }

    private static Comparator<ToldAlert> newestFirst() {
        return Comparator.comparing((ToldAlert one) -> one.alert().lastAt())
                .thenComparing(one -> one.alert().id())
                .reversed();
    }

    private static MessageText written(
            ChannelType type, List<ToldAlert> all, @Nullable Earlier earlier, boolean isThere) {
        Alert first = all.get(0).alert();
        String kind = first.alertable().type().contractName();
        String subject = "[Posthaste] " + first.type().contractName() + ": " + kind + " "
                + cut(StorableText.line(first.name()), MAX_NAME_IN_SUBJECT);
        String between = first.alertable().type() == AlertableType.CRON ? "\nbefore that, " : "\n";
        // In the first line, because the end may be cut off.
        String where = isThere ? " Look at " + first.whereToLook() : " The " + kind + " is deleted.";
        String text = Stream.concat(
                        Stream.of(line(all.get(0)) + where),
                        all.stream().skip(1).map(MessageText::line))
                .collect(Collectors.joining(between));
        return written(type, subject, earlier == null ? text : text + "\n" + earlier.line());
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

    /** What is new of it and when it was; how much there is in all, where the channel has been told of some. */
    private static String line(ToldAlert told) {
        Alert alert = told.alert();
        String first = ContractTime.seconds(alert.createdAt());
        String last = ContractTime.seconds(alert.lastAt());
        String inAll = told.added() == alert.count() ? "Since " : alert.count() + " in all since ";
        String when = alert.count() == 1 ? "At " + last : inAll + first + ", the last at " + last;
        return alert.type().contractName() + ": " + alert.sentence(told.added()) + " " + when + ".";
    }

    /**
     * Without the three that mean something there, by which a name could mention everybody. What understands the same as
     * Slack (Mattermost, Rocket.Chat) mentions by a bare {@code @channel}, so what stands behind an at sign is parted from it.
     */
    private static String forSlack(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("@", "@\u200B");
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
