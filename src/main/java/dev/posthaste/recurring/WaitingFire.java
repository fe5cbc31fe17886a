package dev.posthaste.recurring;

import dev.posthaste.crons.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a cron fires by its row, for who looks whether that can be. No I/O and no clock.
 *
 * @param isToFire whether it is active and not removed
 */
record WaitingFire(
        long cronId,
        boolean isToFire,
        Timing timing,
        @Nullable Instant nextFireAt) {
    /** What one Java knows of a zone and another one does not is a matter of hours. */
    private static final Duration OF_ANOTHER_JAVA = Duration.ofDays(1);

    /** Whether it would fire although it is paused or removed. */
    boolean isTooMuch() {
        return !isToFire && nextFireAt != null;
    }

    /**
     * When it should fire instead; null when all is well, or this runtime cannot tell. What is due is well, and so is what is
     * too early: it has been promised.
     *
     * @param now by the database's clock
     * @param lastMade at which the last fire was that an execution was made for, null when there is none. It is not made
     *     again: a clock that is set back by a second would have it come twice
     */
    @Nullable
    Instant mended(Instant now, @Nullable Instant lastMade) {
        if (!isToFire || (nextFireAt != null && !nextFireAt.isAfter(now))) {
            return null;
        }
        try {
            CronSchedule schedule = timing.schedule();
            Instant next = schedule.next(now);
            if (next.equals(lastMade)) {
                next = schedule.next(next);
            }
            return nextFireAt == null || isBeyond(nextFireAt, next, schedule) ? next : null;
        } catch (UnreadableTimingException e) {
            return null;
        }
    }

    private static boolean isBeyond(Instant waiting, Instant next, CronSchedule schedule) {
        return waiting.isAfter(mayBeOfAnotherJava(waiting, schedule) ? next.plus(OF_ANOTHER_JAVA) : next);
    }

    /** Else two nodes that know different rules of a zone would each have its own fires made, and all of them come twice. */
    private static boolean mayBeOfAnotherJava(Instant fire, CronSchedule schedule) {
        return !schedule.zone().getRules().isFixedOffset()
                && fire.equals(fire.truncatedTo(ChronoUnit.MINUTES))
                && !schedule.firesAt(fire);
    }
}
