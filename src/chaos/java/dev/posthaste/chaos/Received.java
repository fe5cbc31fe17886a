package dev.posthaste.chaos;

import java.time.Instant;

/** A request that came to the receiver, whole, and was answered by it. */
sealed interface Received permits Sending, Called {
    /** No process of ours, as far as could be seen. */
    int UNKNOWN_NODE = -1;

    /** The attempt that it sends, or whose end it reports. */
    long jobId();

    /** {@code webhook-id}: what does not change when it is sent again. */
    String id();

    String body();

    /** Its first octet was read. */
    Instant at();

    /** The last moment before the answer went out: what had sent it could not know its end before that. */
    Instant answered();

    /** Of the answer. */
    int status();

    /** Which node sent it, {@link #UNKNOWN_NODE} where that could not be seen. */
    int node();
}
