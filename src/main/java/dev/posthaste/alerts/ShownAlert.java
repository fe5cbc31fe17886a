package dev.posthaste.alerts;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractName;
import dev.posthaste.contract.ContractTime;
import org.jspecify.annotations.Nullable;

/** An alert as clients and webhooks see it: the contract's object, and after it what the contract does not name. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ShownAlert(
        long id,
        String type,
        String alertableType,
        long alertableId,
        String alertableName,
        String message,
        @Nullable Long jobId,
        @Nullable Long executionId,
        long count,
        String createdAt,
        @Nullable String acknowledgedAt,
        String lastAt,
        @Nullable String failureReason) {
    /** Shows one. */
    public static ShownAlert of(Alert alert) {
        boolean isOfQueue = alert.alertable().type() == AlertableType.QUEUE;
        return new ShownAlert(
                alert.id(),
                alert.type().contractName(),
                alert.alertable().type().contractName(),
                alert.alertable().id(),
                alert.name(),
                alert.message(),
                isOfQueue ? alert.eventId() : null,
                isOfQueue ? null : alert.eventId(),
                alert.count(),
                ContractTime.seconds(alert.createdAt()),
                ContractTime.secondsOrNull(alert.acknowledgedAt()),
                ContractTime.seconds(alert.lastAt()),
                ContractName.orNull(alert.failureReason()));
    }
}
