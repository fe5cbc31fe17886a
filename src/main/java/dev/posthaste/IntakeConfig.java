package dev.posthaste;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.posthaste.intake.IntakeLimits;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.DataSizeUnit;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDataSize;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;

/** The {@code intake} part of the configuration; {@code docs/operations.md} explains each setting. */
public final class IntakeConfig {
    @JsonProperty
    @NotNull
    @MinDataSize(value = 1, unit = DataSizeUnit.KIBIBYTES)
    @MaxDataSize(value = 64, unit = DataSizeUnit.MEBIBYTES)
    private DataSize maxRequestBytes = DataSize.mebibytes(1);

    @JsonProperty
    @NotNull
    @MinDataSize(value = 1, unit = DataSizeUnit.KIBIBYTES)
    @MaxDataSize(value = 64, unit = DataSizeUnit.MEBIBYTES)
    private DataSize maxBatchBytes = DataSize.mebibytes(16);

    @JsonProperty
    @NotNull
    @MinDuration(1)
    @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
    private Duration maxHorizon = Duration.days(365);

    @JsonProperty
    @Min(0)
    @Max(1_000_000)
    private int teamJobsPerSecond = 0;

    @JsonProperty
    @Min(0)
    @Max(1_000_000_000)
    private int teamPendingJobs = 0;

    /** What each team may push. */
    public IntakeLimits limits() {
        return new IntakeLimits(teamJobsPerSecond, teamPendingJobs);
    }

    /** The largest body of a single push. */
    public int maxRequestBytes() {
        return (int) maxRequestBytes.toBytes();
    }

    /** The largest body of a batch push. */
    public int maxBatchBytes() {
        return (int) maxBatchBytes.toBytes();
    }

    /** How far ahead {@code run_at} may lie. */
    public java.time.Duration maxHorizon() {
        return maxHorizon.toJavaDuration();
    }
}
