package dev.posthaste.intake;

import java.time.Duration;
import java.time.Instant;

/** When a new job is due. Resolved by the database's clock at the moment of acceptance. */
public sealed interface Schedule {
    /** The due instant of a job accepted at {@code acceptedAt}. */
    Instant dueFrom(Instant acceptedAt);

    /** Due a while after the acceptance. */
    record After(Duration delay) implements Schedule {
        @Override
        public Instant dueFrom(Instant acceptedAt) {
            return acceptedAt.plus(delay);
        }
    }

    /** Due at an instant; one in the past is due at once, yet shown as it was asked for. */
    record At(Instant instant) implements Schedule {
        @Override
        public Instant dueFrom(Instant acceptedAt) {
            return instant;
        }
    }
}
