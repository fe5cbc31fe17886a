package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The body of a call while it comes. Whoever asks for it finds what has come, or is told that it has not: then the call is
 * put aside without a thread, and begun again with {@link #await}. Used by one thread at a time.
 */
final class ArrivingBody {
    private static final String OF_CALL = ArrivingBody.class.getName();

    /** How much longer than without bytes a caller may take who sends some that are not of the body. */
    private static final Duration FRAMING = Duration.ofSeconds(1);

    private final Request call;
    private final ClientConnection connection;
    private final ArrivingRoom room;
    private final Pace pace;
    private final int max;
    private final BodyPieces pieces;
    private boolean wasAskedFor;
    private @Nullable Wait wait;
    private byte @Nullable [] whole;
    private @Nullable Exception failure;

    private ArrivingBody(HttpServletRequest call, ArrivingRoom room, Pace pace, int max) {
        this.call = ServletContextRequest.getServletContextRequest(call);
        this.connection = ClientConnection.of(call);
        this.room = room;
        this.pace = pace;
        this.max = max;
        this.pieces = new BodyPieces(isTold() ? (int) this.call.getLength() : max + 1, room);
    }

    /** When it was begun to wait for more, and what ends a wait that is too long. */
    private record Wait(long sinceNanos, Scheduler.Task end) {}

    /** That of a call, null when nobody has asked for it. */
    static @Nullable ArrivingBody of(HttpServletRequest call) {
        return call.getAttribute(OF_CALL) instanceof ArrivingBody body ? body : null;
    }

    /**
     * Becomes the body of a call, with as much of it as has come. Nobody else may read it.
     *
     * @param max how many bytes it may have; it has not announced more
     */
    static ArrivingBody begin(HttpServletRequest call, ArrivingRoom room, Pace pace, int max) {
        ArrivingBody body = new ArrivingBody(call, room, pace, max);
        call.setAttribute(OF_CALL, body);
        body.read();
        return body;
    }

    /** Whether there will be more of it. */
    boolean isComing() {
        return whole == null && failure == null;
    }

    /** Whether its client has been waited for. */
    boolean wasAskedFor() {
        return wasAskedFor;
    }

    boolean isWhole() {
        return whole != null;
    }

    /**
     * All of it.
     *
     * @throws BodyIsComingException when it is not there yet
     * @throws ApiException 408 when it comes too slowly, 413 too large, 503 when there is no room for it
     * @throws IOException when it will not come
     */
    RequestBytes bytes() throws IOException {
        if (failure instanceof IOException broken) {
            throw broken;
        }
        if (failure instanceof RuntimeException refused) {
            throw refused;
        }
        if (whole == null) {
            throw new BodyIsComingException();
        }
        return new RequestBytes(whole);
    }

    /**
     * Waits for the rest of it, holding no thread meanwhile.
     *
     * @param whenOver is run once, when it is there or will not come
     */
    void await(Runnable whenOver) {
        read();
        if (isComing() && isAskedFor()) {
            call.demand(() -> {
                endWait();
                await(whenOver);
            });
        } else {
            whenOver.run();
        }
    }

    /** What has come of it. */
    private void read() {
        try {
            Content.Chunk chunk = isComing() ? call.read() : null;
            while (chunk != null && !isEnd(chunk)) {
                chunk = call.read();
            }
            if (chunk != null) {
                whole = pieces.join();
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    private boolean isEnd(Content.Chunk chunk) throws IOException {
        if (Content.Chunk.isFailure(chunk)) {
            if (isTimeout(chunk.getFailure())) {
                throw ApiException.tooSlow();
            }
            throw new IOException(chunk.getFailure());
        }
        int before = pieces.length();
        try {
            pieces.add(chunk.getByteBuffer());
        } finally {
            chunk.release();
        }
        pace.passed(pieces.length() - before, 0);
        if (!isTold() && pieces.length() > max) {
            throw ApiException.tooLarge(max);
        }
        return chunk.isLast() || pieces.length() == call.getLength();
    }

    private boolean isTold() {
        return call.getLength() >= 0;
    }

    /**
     * What came early buys no time: who sends a byte now and then is waited for no longer than his pace allows. Not before
     * there is room for it, because a client that waits to be asked is asked then.
     */
    private boolean isAskedFor() {
        try {
            pieces.makeRoom();
            if (pace.isTooSlow()) {
                throw ApiException.tooSlow();
            }
        } catch (RuntimeException e) {
            failure = e;
            return false;
        }
        wasAskedFor = true;
        room.beginWait(connection, pace.behind());
        Duration time = pace.timeFor(0);
        connection.mayBeSilentFor(time);
        // What frames a body breaks the silence and is no part of it: a chunk that never begins would be waited for for
        // ever.
        wait = new Wait(System.nanoTime(), connection.endIn(time.plus(FRAMING)));
        return true;
    }

    private void endWait() {
        Wait over = wait;
        if (over == null) {
            return;
        }
        wait = null;
        over.end().cancel();
        connection.mayBeSilentAsUsual();
        pace.passed(0, System.nanoTime() - over.sinceNanos());
        try {
            room.endWait();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /** Jetty ends the wait for a client that sends nothing at all. */
    private static boolean isTimeout(Throwable failure) {
        @Nullable Throwable cause = failure;
        while (cause != null && !(cause instanceof TimeoutException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }
}
