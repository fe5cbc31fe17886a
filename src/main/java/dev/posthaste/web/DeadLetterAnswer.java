package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.DeadLetter;
import dev.posthaste.redaction.Masks;
import org.jspecify.annotations.Nullable;

/** A dead letter: the original job of its chain as lists show jobs, and how the last attempt went. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record DeadLetterAnswer(
        @JsonUnwrapped JobSummary original,
        int attempts,
        long lastJobId,
        @Nullable Integer lastResponseStatus,
        @Nullable String lastFailureReason,
        @Nullable String lastErrorMessage) {
    static DeadLetterAnswer of(DeadLetter stored, Masks masks) {
        DeadLetter deadLetter = stored.shown(masks);
        return new DeadLetterAnswer(
                JobSummary.ofShown(deadLetter.original()),
                deadLetter.attempts(),
                deadLetter.lastJobId(),
                deadLetter.responseStatus(),
                ContractName.orNull(deadLetter.failureReason()),
                deadLetter.errorMessage());
    }
}
