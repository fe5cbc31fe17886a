package dev.posthaste.httpclient;

import org.jspecify.annotations.Nullable;

/**
 * One exchange under way: what the connections need to know of it. It travels through HttpClient as the context's user
 * token. Used by the exchange's own thread.
 */
final class Attempt implements AutoCloseable {
    private final long owner;
    private final Deadline deadline;
    private boolean wantsFresh;
    private boolean mayHaveLeft;
    private @Nullable Endpoint endpoint;

    Attempt(long owner, Deadline deadline) {
        this.owner = owner;
        this.deadline = deadline;
    }

    long owner() {
        return owner;
    }

    Deadline deadline() {
        return deadline;
    }

    boolean wantsFresh() {
        return wantsFresh;
    }

    /** From now on only a connection of its own will do. */
    void wantFresh() {
        wantsFresh = true;
    }

    /** From now on bytes of the request may be under way. */
    void begins() {
        mayHaveLeft = true;
    }

    boolean mayHaveLeft() {
        return mayHaveLeft;
    }

    void got(Endpoint leased) {
        endpoint = leased;
    }

    /** Whether the request went out on a kept connection and nothing at all came back. */
    boolean hasMetSilence() {
        return endpoint != null && endpoint.hasMetSilence();
    }

    /** The size of the answer's status line and header lines. */
    int headBytes() {
        return endpoint == null ? 0 : endpoint.headBytes();
    }

    /** Whatever ended the exchange, an {@link Error} too: its connection is not left behind. */
    @Override
    public void close() {
        if (endpoint != null) {
            endpoint.discard();
        }
    }
}
