package dev.posthaste.quartz;

import java.util.Date;
import org.jspecify.annotations.Nullable;
import org.quartz.JobKey;
import org.quartz.TriggerKey;
import org.quartz.impl.triggers.SimpleTriggerImpl;

/**
 * A claimed one-shot as Quartz's scheduler sees it: a trigger that fires once, never misfires, and carries in memory
 * what its firing needs. Confined to the firing's thread after it was handed out.
 */
@SuppressWarnings("JavaUtilDate") // Quartz speaks in it
final class OneShotTrigger extends SimpleTriggerImpl {
    /** The type's name in the trigger_type column. */
    static final String TYPE = "ONCE";

    /** The group of the durable job details, one for each kind. */
    static final String JOB_GROUP = "one-shots";

    private static final long serialVersionUID = 1L;

    private final transient FiredOneShot firing;
    private final transient @Nullable Object prepared;
    private final transient long term;
    private volatile boolean ended;
    private volatile boolean handedOver;
    private volatile boolean firesAgainSoon;

    /**
     * Quartz's thread is told to hand it out at once, and need not wait for the instant with all that it has claimed: the
     * slots do.
     *
     * @param term of the node's membership, in which it was claimed
     * @param due by this node's clock
     */
    OneShotTrigger(FiredOneShot firing, @Nullable Object prepared, long term, Date due) {
        this.firing = firing;
        this.prepared = prepared;
        this.term = term;
        setKey(new TriggerKey(firing.key().name(), firing.key().group()));
        setJobKey(new JobKey(firing.kind(), JOB_GROUP));
        setStartTime(due);
        setNextFireTime(new Date(0));
        setMisfireInstruction(MISFIRE_INSTRUCTION_IGNORE_MISFIRE_POLICY);
    }

    /** Put together only when somebody asks. */
    @Override
    public String getFireInstanceId() {
        return firing.entryId();
    }

    FiredOneShot firing() {
        return firing;
    }

    @Nullable
    Object prepared() {
        return prepared;
    }

    long term() {
        return term;
    }

    /** Its outcome is recorded: there is nothing left to release. */
    void end() {
        ended = true;
    }

    /** It could not be made just now, through no fault of its own. */
    void fireAgainSoon() {
        firesAgainSoon = true;
    }

    /** Its port has it from now on: its request may leave. */
    void handOver() {
        handedOver = true;
    }

    /** Its port has given it back: nothing has left. */
    void takeBack() {
        handedOver = false;
    }

    boolean wasHandedOver() {
        return handedOver;
    }

    /** Whether nothing has come of it. */
    boolean isUnsent() {
        return !handedOver || firesAgainSoon;
    }

    boolean firesAgainSoon() {
        return firesAgainSoon;
    }

    boolean hasEnded() {
        return ended;
    }
}
