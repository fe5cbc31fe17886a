package dev.posthaste.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.stats.StatsPoint;
import dev.posthaste.stats.Times;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What has happened, step by step. */
record StatsAnswer(List<Point> data) {
    /** More bytes than a point takes. */
    private static final long POINT = 512;

    static StatsAnswer of(List<StatsPoint> points) {
        return new StatsAnswer(points.stream().map(Point::of).toList());
    }

    /** What so many of them hold at most, with what they were made of. */
    static long bytes(long points) {
        return points * POINT;
    }

    /** What has happened in one step. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Point(
            String at,
            long accepted,
            long delivered,
            long failedAttempts,
            long retried,
            long deadLettered,
            long cancelled,
            Percentiles latenessMs,
            Percentiles durationMs) {
        private static Point of(StatsPoint point) {
            return new Point(
                    ContractTime.seconds(point.at()),
                    point.tally().accepted(),
                    point.tally().delivered(),
                    point.tally().failedAttempts(),
                    point.tally().retried(),
                    point.tally().deadLettered(),
                    point.tally().cancelled(),
                    Percentiles.of(point.lateness()),
                    Percentiles.of(point.duration()));
        }
    }

    /** All null where there was nothing. */
    record Percentiles(
            @Nullable Long p50,
            @Nullable Long p95,
            @Nullable Long p99,
            @Nullable Long max) {
        private static Percentiles of(Times times) {
            return new Percentiles(
                    orNull(times.percentile(50)),
                    orNull(times.percentile(95)),
                    orNull(times.percentile(99)),
                    orNull(times.max()));
        }

        private static @Nullable Long orNull(OptionalLong value) {
            return value.isPresent() ? (Long) value.getAsLong() : null;
        }
    }
}
