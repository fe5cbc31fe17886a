package dev.posthaste.quartz;

import dev.posthaste.oneshots.Firing;
import java.util.Date;
import org.quartz.JobKey;
import org.quartz.TriggerKey;
import org.quartz.impl.triggers.SimpleTriggerImpl;

/** A claimed one-shot as Quartz's scheduler sees it: a trigger that fires once and never misfires. Thread-safe. */
@SuppressWarnings("JavaUtilDate") // Quartz speaks in it
final class OneShotTrigger extends SimpleTriggerImpl {
    /** The type's name in the trigger_type column. */
    static final String TYPE = "ONCE";

    /** The group of the durable job details, one for each kind. */
    static final String JOB_GROUP = "one-shots";

    private static final long serialVersionUID = 1L;

    private final transient Firing firing;

    /**
     * Quartz's thread is told to hand it out at once, and need not wait for the instant with all that it has claimed: the
     * slots do.
     *
     * @param due by this node's clock
     */
    OneShotTrigger(Firing firing, Date due) {
        this.firing = firing;
        setKey(new TriggerKey(firing.shot().key().name(), firing.shot().key().group()));
        setJobKey(new JobKey(firing.shot().kind(), JOB_GROUP));
        setStartTime(due);
        setNextFireTime(new Date(0));
        setMisfireInstruction(MISFIRE_INSTRUCTION_IGNORE_MISFIRE_POLICY);
    }

    /** Put together only when somebody asks. */
    @Override
    public String getFireInstanceId() {
        return firing.shot().entryId();
    }

    Firing firing() {
        return firing;
    }
}
