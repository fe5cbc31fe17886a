package dev.posthaste.recurring;

/** When a cron fires cannot be told by this node. The message is a sentence about why. */
public final class UnreadableTimingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableTimingException(String why) {
        super(why, null, false, false);
    }
}
