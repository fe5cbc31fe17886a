package dev.posthaste;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;

/** The {@code retention} part of the configuration; {@code docs/operations.md} explains each setting. */
public final class RetentionConfig {
    @JsonProperty
    @NotNull
    @MinDuration(value = 1)
    @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
    private Duration finished = Duration.days(30);

    @JsonProperty
    @NotNull
    @MinDuration(value = 1)
    @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
    private Duration runs = Duration.days(30);

    @JsonProperty
    @NotNull
    @MinDuration(value = 1)
    @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
    private Duration audit = Duration.days(90);

    @JsonProperty
    @NotNull
    @MinDuration(value = 1)
    @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
    private Duration alerts = Duration.days(90);

    @JsonProperty
    @NotNull
    @MinDuration(value = 1)
    @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
    private Duration stats = Duration.days(90);

    /** How long a chain is kept after its end; dead letters have their queue's days. */
    public java.time.Duration finished() {
        return finished.toJavaDuration();
    }

    /** How long a run is kept, to the day. */
    public java.time.Duration runs() {
        return runs.toJavaDuration();
    }

    /** How long it is kept who changed what. */
    public java.time.Duration audit() {
        return audit.toJavaDuration();
    }

    /** How long it is kept how much has happened, and how late, by the hour. */
    public java.time.Duration stats() {
        return stats.toJavaDuration();
    }

    /** How long an alert is kept, with what was sent of it. */
    public java.time.Duration alerts() {
        return alerts.toJavaDuration();
    }
}
