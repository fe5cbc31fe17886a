package dev.posthaste.alerts;

import dev.posthaste.recurring.HeldCron;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a cron's ends users are told: a warning at the first failure of a row, a failure once when the row is as long as
 * the threshold, a recovery at the first success after that. Not thread-safe.
 */
final class CronAlarm {
    private final HeldCron cron;
    private final List<Crossing> crossings = new ArrayList<>();
    private int failures;
    private boolean isAlerted;

    /** Begins where the cron stands before its next end. */
    CronAlarm(HeldCron cron) {
        this.cron = cron;
        this.failures = cron.consecutiveFailures();
        this.isAlerted = cron.isAlerted();
    }

    /** The next of its ends. */
    void ended(ExecutionEnd end) {
        if (end.isSuccess()) {
            if (isAlerted) {
                cross(AlertType.RECOVERY, end);
            }
            failures = 0;
            isAlerted = false;
            return;
        }
        failures++;
        if (failures == 1) {
            cross(AlertType.WARNING, end);
        }
        // A threshold that was lowered meanwhile has been passed already.
        if (!isAlerted && failures >= cron.alertThreshold()) {
            isAlerted = true;
            cross(AlertType.FAILURE, end);
        }
    }

    private void cross(AlertType type, ExecutionEnd end) {
        crossings.add(new Crossing(
                cron.teamId(),
                new Alertable(AlertableType.CRON, cron.id()),
                cron.name(),
                type,
                1,
                end.executionId(),
                end.failureReason()));
    }

    /** What users are told, in the order in which it happened. */
    List<Crossing> crossings() {
        return crossings;
    }

    /** Whether a failure was told that is not over. */
    boolean isAlerted() {
        return isAlerted;
    }

    /** How many have failed since the last success. */
    int failures() {
        return failures;
    }
}
