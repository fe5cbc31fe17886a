package dev.posthaste.ops;

import com.codahale.metrics.health.HealthCheck;

/** What an operator should see, and no supervisor act upon: a check that is healthy, with a word before its message. */
final class Warnings {
    private Warnings() {}

    static HealthCheck.Result healthy(boolean isWarning, String message) {
        return HealthCheck.Result.builder()
                .healthy()
                .withMessage((isWarning ? "Warning: " : "") + message)
                .withDetail("warning", isWarning)
                .build();
    }
}
