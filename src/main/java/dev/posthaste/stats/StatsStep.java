package dev.posthaste.stats;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** How far apart points are. Days are those of UTC. */
public enum StatsStep {
    MINUTE(60, 60),
    HOUR(3_600, 24),
    DAY(86_400, 30);

    private final int seconds;
    private final int usualPoints;

    StatsStep(int seconds, int usualPoints) {
        this.seconds = seconds;
        this.usualPoints = usualPoints;
    }

    /** That of so many seconds; empty for any other. */
    public static Optional<StatsStep> ofSeconds(long seconds) {
        return Arrays.stream(values()).filter(step -> step.seconds == seconds).findFirst();
    }

    /** From one point to the next. */
    public Duration length() {
        return Duration.ofSeconds(seconds);
    }

    /** How much is told where nobody says from when. */
    public Duration usualRange() {
        return length().multipliedBy(usualPoints);
    }

    /** The beginning of the step in which the instant is. */
    public Instant floor(Instant at) {
        return Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond(), seconds) * seconds);
    }

    /** The instant, if a step begins with it, or else the beginning of the next one. */
    public Instant ceiling(Instant at) {
        Instant floor = floor(at);
        return floor.equals(at) ? floor : floor.plus(length());
    }
}
