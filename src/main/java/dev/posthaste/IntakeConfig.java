package dev.posthaste;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.NotNull;

/** The {@code intake} part of the configuration; {@code docs/operations.md} explains each setting. */
public final class IntakeConfig {
    @JsonProperty
    @NotNull
    @MinDataSize(1)
    private DataSize maxRequestBytes = DataSize.mebibytes(1);

    @JsonProperty
    @NotNull
    @MinDataSize(1)
    private DataSize maxBatchBytes = DataSize.mebibytes(16);

    @JsonProperty
    @NotNull
    @MinDuration(1)
    private Duration maxHorizon = Duration.days(365);

    /** The largest body of a single push. */
    public int maxRequestBytes() {
        return (int) Math.min(Integer.MAX_VALUE, maxRequestBytes.toBytes());
    }

    /** The largest body of a batch push. */
    public int maxBatchBytes() {
        return (int) Math.min(Integer.MAX_VALUE, maxBatchBytes.toBytes());
    }

    /** How far ahead {@code run_at} may lie. */
    public java.time.Duration maxHorizon() {
        return maxHorizon.toJavaDuration();
    }
}
