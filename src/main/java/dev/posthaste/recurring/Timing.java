package dev.posthaste.recurring;

import dev.posthaste.crons.CronExpression;
import dev.posthaste.crons.CronSchedule;
import dev.posthaste.crons.IanaZones;
import dev.posthaste.crons.InvalidCronException;
import dev.posthaste.crons.UnknownZoneException;

/**
 * When a cron fires, as it is kept. The zones that a Java runtime knows change with its version, so that what was accepted
 * once may be unreadable now.
 *
 * @param expression as the user wrote it
 * @param timezone an IANA name
 */
public record Timing(String expression, String timezone) {
    /**
     * The instants that it stands for.
     *
     * @throws UnreadableTimingException when this runtime cannot tell them
     */
    public CronSchedule schedule() {
        try {
            return CronSchedule.of(CronExpression.parse(expression), IanaZones.parse(timezone));
        } catch (InvalidCronException e) {
            throw new UnreadableTimingException(e.sentence());
        } catch (UnknownZoneException e) {
            throw new UnreadableTimingException("This Java runtime does not know the time zone " + timezone + ".");
        }
    }
}
