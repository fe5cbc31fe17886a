package dev.posthaste.httpclient;

import dev.posthaste.delivery.Departure;
import dev.posthaste.delivery.OutboundRequest;
import org.jspecify.annotations.Nullable;

/**
 * One exchange under way: what the connections need to know of it. It travels through HttpClient as the context's user
 * token. Used by the exchange's own thread.
 */
final class OpenExchange implements AutoCloseable {
    private final long owner;
    private final String host;
    private final Deadline deadline;
    private final AnswerRoom.Taken room;
    private final Runnable lastLook;
    private final @Nullable Departure departure;
    private boolean wantsFresh;
    private boolean mayHaveLeft;
    private @Nullable RuntimeException objection;
    private @Nullable Endpoint endpoint;

    /**
     * Begins it.
     *
     * @param room for its answer, which outlives the exchange
     */
    OpenExchange(OutboundRequest request, Deadline deadline, AnswerRoom.Taken room) {
        this.owner = request.owner();
        this.host = request.url().host();
        this.lastLook = request.lastLook();
        this.departure = request.departure();
        this.deadline = deadline;
        this.room = room;
    }

    long owner() {
        return owner;
    }

    /** As it was pushed: HttpClient's own hosts have decoded names ({@code xn--}), which nobody can look up. */
    String host() {
        return host;
    }

    Deadline deadline() {
        return deadline;
    }

    AnswerRoom.Taken room() {
        return room;
    }

    boolean wantsFresh() {
        return wantsFresh;
    }

    /** From now on only a connection of its own will do. */
    void wantFresh() {
        wantsFresh = true;
    }

    /** From now on bytes of the request may be under way, unless the last look says that it is not to be sent. */
    @SuppressWarnings("IllegalCatch")
    void begins() {
        try {
            lastLook.run();
        } catch (RuntimeException e) {
            objection = e;
            throw e;
        }
        mayHaveLeft = true;
    }

    /** Tells who wants to know that it leaves now. */
    void leaves(WatchedConnection on, boolean isKept) {
        if (departure != null) {
            departure.leaves(on.getRemoteAddress(), isKept);
        }
    }

    /** What the last look has thrown; null if nothing. */
    @Nullable
    RuntimeException objection() {
        return objection;
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

    /** Whether the receiver may not have read the whole request yet when its answer comes. */
    boolean isLarge() {
        WatchedConnection connection = endpoint == null ? null : endpoint.connection();
        return connection != null && connection.isLarge();
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
