package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.alerts.Channel;
import dev.posthaste.alerts.ChannelSettings;
import dev.posthaste.alerts.ChannelType;
import dev.posthaste.contract.ContractName;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.redaction.Masks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel as clients see it.
 *
 * @param url masked where whoever knows it may post there
 * @param to of a channel of type {@code email}, in place of the URL
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ChannelAnswer(
        long id,
        String type,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String url,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String to,

        List<String> alertTypes,
        @JsonProperty("is_active") boolean isActive,
        String createdAt,
        @Nullable LastMessageAnswer lastMessage) {
    static ChannelAnswer of(Channel channel, Masks masks) {
        ChannelSettings settings = channel.settings();
        boolean isMail = settings.type() == ChannelType.EMAIL;
        String shown = settings.type().isTargetSecret() ? masks.url(settings.target()) : settings.target();
        Channel.LastMessage last = channel.lastMessage();
        return new ChannelAnswer(
                channel.id(),
                settings.type().contractName(),
                isMail ? null : shown,
                isMail ? shown : null,
                settings.alertTypeNames(),
                settings.isActive(),
                ContractTime.seconds(channel.createdAt()),
                last == null ? null : LastMessageAnswer.of(last));
    }

    /** How the newest message fared. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record LastMessageAnswer(
            long id,
            boolean test,
            String status,
            int attempts,
            @Nullable String nextAttemptAt,
            @Nullable Integer lastResponseStatus,
            @Nullable String lastFailureReason,
            @Nullable String lastErrorMessage,
            String createdAt,
            @Nullable String deliveredAt) {
        static LastMessageAnswer of(Channel.LastMessage message) {
            return new LastMessageAnswer(
                    message.id(),
                    message.isTest(),
                    message.status().contractName(),
                    message.attempts(),
                    ContractTime.secondsOrNull(message.nextAttemptAt()),
                    message.responseStatus(),
                    ContractName.orNull(message.failureReason()),
                    message.errorMessage(),
                    ContractTime.seconds(message.createdAt()),
                    ContractTime.secondsOrNull(message.deliveredAt()));
        }
    }
}
