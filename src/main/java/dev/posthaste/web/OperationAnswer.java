package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.operations.FilterText;
import dev.posthaste.operations.Operation;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An operation as the contract shows it, with how far it has come. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record OperationAnswer(
        long id,
        String action,
        Map<String, Object> filter,

        @JsonProperty("dry_run") boolean isDryRun,

        @Nullable Integer maxPerSecond,
        String status,
        long matched,
        long done,
        long skipped,
        String createdAt,
        @Nullable String finishedAt) {
    static OperationAnswer of(Operation operation) {
        return new OperationAnswer(
                operation.id(),
                operation.action().contractName(),
                FilterText.named(operation.filter()),
                operation.isDryRun(),
                operation.maxPerSecond(),
                operation.status().contractName(),
                operation.matched(),
                operation.done(),
                operation.skipped(),
                ContractTime.seconds(operation.createdAt()),
                ContractTime.secondsOrNull(operation.finishedAt()));
    }
}
