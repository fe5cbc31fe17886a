package dev.posthaste.jobs;

/**
 * How jobs and callbacks are named as triggers: by ids, because queue names are longer than Quartz's columns and teams
 * share names. Callbacks have groups of their own, which the queue's pause and limits do not touch.
 */
public final class TriggerNames {
    /** The kind of trigger that sends a job's request. */
    public static final String DELIVERY = "delivery";

    /** The kind of trigger that sends a callback. */
    public static final String CALLBACK = "callback";

    private TriggerNames() {}

    /** The group of a queue's jobs. */
    public static String jobGroup(long queueId) {
        return "q" + queueId;
    }

    /** The group of the callbacks of a queue's jobs. */
    public static String callbackGroup(long queueId) {
        return "c" + queueId;
    }

    /** The trigger of a job. */
    public static String job(long jobId) {
        return "j" + jobId;
    }

    /** The trigger of a callback. */
    public static String callback(long callbackId) {
        return "c" + callbackId;
    }

    /** The id of the job or callback that a trigger's name carries. */
    public static long idOf(String triggerName) {
        return Long.parseLong(triggerName, 1, triggerName.length(), 10);
    }
}
