package dev.posthaste;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.posthaste.edge.CallerRules;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.DataSizeUnit;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDataSize;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;

/** The {@code callers} part of the configuration; {@code docs/operations.md} explains each setting. */
public final class CallersConfig {
    /** With fewer a handful of idle clients would keep everybody else out. */
    private static final int FEWEST = 16;

    @JsonProperty
    @Min(0)
    @Max(1_000_000)
    private int maxConnections = 0;

    @JsonProperty
    @Min(0)
    @Max(1_000_000)
    private int maxConnectionsPerAddress = 0;

    @JsonProperty
    @NotNull
    @MinDuration(value = 1)
    @MaxDuration(value = 5, unit = TimeUnit.MINUTES)
    private Duration headWithin = Duration.seconds(10);

    @JsonProperty
    @NotNull
    @MinDataSize(value = 1, unit = DataSizeUnit.KIBIBYTES)
    @MaxDataSize(value = 16, unit = DataSizeUnit.MEBIBYTES)
    private DataSize minBytesPerSecond = DataSize.kibibytes(64);

    /** Found out before anything is opened. */
    @ValidationMethod(
            message = "callers: maxConnections must be 0, for as many as open files and heap allow, or at least 16")
    public boolean isRoomForSome() {
        return maxConnections == 0 || maxConnections >= FEWEST;
    }

    /** What the connectors hold callers to. */
    public CallerRules rules() {
        return new CallerRules(
                headWithin.toJavaDuration(),
                maxConnections == 0 ? Integer.MAX_VALUE : maxConnections,
                maxConnectionsPerAddress == 0 ? Integer.MAX_VALUE : maxConnectionsPerAddress);
    }

    /** How fast bodies have to come and answers to be taken. */
    public long minBytesPerSecond() {
        return minBytesPerSecond.toBytes();
    }
}
