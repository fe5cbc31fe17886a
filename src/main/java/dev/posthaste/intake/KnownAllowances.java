package dev.posthaste.intake;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What this node knows of the teams' buckets: never less than they hold, because others only take from them. So a call that
 * does not fit by this does not fit at all, and costs the others no place in a transaction. Thread-safe.
 */
final class KnownAllowances {
    private static final int MAX_REMEMBERED = 10_000;

    private final IntakeLimits limits;
    private final LongSupplier nanos;
    private final Map<Long, Known> known = new ConcurrentHashMap<>();

    private record Known(double allowance, long atNanos) {}

    KnownAllowances(IntakeLimits limits, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
    }

    /** The steady clock that {@link #learn} wants to be told by. */
    long now() {
        return nanos.getAsLong();
    }

    /** A bucket held no more than this at that moment, or later. */
    void learn(long teamId, double allowance, long atNanos) {
        if (known.size() >= MAX_REMEMBERED) {
            known.clear();
        }
        known.put(teamId, new Known(allowance, atNanos));
    }

    /** Why so many jobs of the team do not fit for certain; empty when they may. */
    Optional<IntakeResult> refusal(long teamId, int jobs) {
        Known last = limits.hasRate() ? known.get(teamId) : null;
        return last == null
                ? Optional.empty()
                : TeamAllowance.tooFast(
                        limits,
                        TeamAllowance.filled(limits, last.allowance(), Duration.ofNanos(now() - last.atNanos())),
                        jobs);
    }
}
