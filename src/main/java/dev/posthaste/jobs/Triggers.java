package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import java.time.Instant;
import java.util.Map;

/**
 * The triggers of jobs and callbacks, and how they are named: by ids, because queue names are longer than Quartz's columns and teams
 * share names. Callbacks and heartbeats have groups of their own, which no queue's pause and limits touch.
 */
public final class Triggers {
    /** The kind of trigger that sends a job's request. */
    public static final String DELIVERY = "delivery";

    /** The kind of trigger that sends a callback. */
    public static final String CALLBACK = "callback";

    /** The kind of trigger that looks whether a ping has come. */
    public static final String HEARTBEAT = "heartbeat";

    /** The kind of trigger that sends a message about alerts. */
    public static final String ALERT = "alert";

    private static final int CALLBACK_PRIORITY = 5;
    private static final int HEARTBEAT_PRIORITY = 5;

    private Triggers() {}

    /** The group of a queue's jobs. */
    public static String jobGroup(long queueId) {
        return "q" + queueId;
    }

    /** The group of the callbacks of a queue's jobs. */
    public static String callbackGroup(long queueId) {
        return "c" + queueId;
    }

    /** The group of what waits for pings of a team. */
    private static String heartbeatGroup(long queueId) {
        return "h" + queueId;
    }

    /** The groups of a queue's jobs and callbacks, with what one of each is called. */
    public static Map<String, String> groupsOf(long queueId) {
        return Map.of(jobGroup(queueId), "job", callbackGroup(queueId), "callback");
    }

    /**
     * The same of a team's executions without a queue. Each attempt has an id of its own, and the first one's is the
     * execution's; a heartbeat goes by its execution's.
     */
    public static Map<String, String> groupsOfCrons(long teamId) {
        long number = NoQueue.of(teamId);
        return Map.of(
                jobGroup(number), "attempt", callbackGroup(number), "callback", heartbeatGroup(number), "heartbeat");
    }

    /** What sends a job's request when it is due. */
    public static OneShot ofJob(long queueId, long jobId, Instant due, int priority, int weight) {
        return new OneShot(keyOfJob(queueId, jobId), DELIVERY, due, priority, weight);
    }

    /**
     * What looks when it is due whether a ping has come.
     *
     * @param queueId the number of {@link NoQueue}
     */
    public static OneShot ofHeartbeat(long queueId, long jobId, Instant due) {
        return new OneShot(keyOfHeartbeat(queueId, jobId), HEARTBEAT, due, HEARTBEAT_PRIORITY, 0);
    }

    /** What sends a callback when it is due. */
    public static OneShot ofCallback(long queueId, long callbackId, Instant due, int weight) {
        return new OneShot(keyOfCallback(queueId, callbackId), CALLBACK, due, CALLBACK_PRIORITY, weight);
    }

    /** What sends a message to a channel when it is due. */
    public static OneShot ofAlert(long channelId, long messageId, Instant due) {
        return new OneShot(keyOfAlert(channelId, messageId), ALERT, due, CALLBACK_PRIORITY, 0);
    }

    /** The group of the messages to a channel. */
    public static String alertGroup(long channelId) {
        return "a" + channelId;
    }

    /** The key of the trigger of a message to a channel. */
    public static OneShotKey keyOfAlert(long channelId, long messageId) {
        return new OneShotKey(alertGroup(channelId), "a" + messageId);
    }

    /** The key of a job's trigger. */
    public static OneShotKey keyOfJob(long queueId, long jobId) {
        return new OneShotKey(jobGroup(queueId), "j" + jobId);
    }

    /** The key of the trigger that looks whether a ping has come. */
    public static OneShotKey keyOfHeartbeat(long queueId, long jobId) {
        return new OneShotKey(heartbeatGroup(queueId), "h" + jobId);
    }

    /** The key of a callback's trigger. */
    public static OneShotKey keyOfCallback(long queueId, long callbackId) {
        return new OneShotKey(callbackGroup(queueId), "c" + callbackId);
    }

    /** The id of the job, execution, callback or message whose trigger has the key. */
    public static long idOf(OneShotKey key) {
        return Long.parseLong(key.name(), 1, key.name().length(), 10);
    }
}
