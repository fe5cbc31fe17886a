package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * The body of a call while it comes. Whoever asks for it finds what has come, or is told that it has not: then the call is
 * put aside without a thread, and begun again with {@link #await}. Used by one thread at a time.
 */
final class ArrivingBody {
    private static final String OF_CALL = ArrivingBody.class.getName();
    private static final long FOR_THE_REST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Request call;
    private final ClientConnection connection;
    private final SendingDeadline deadline;
    private final ArrivingRoom room;
    private final Pace pace;
    private final int max;
    private final BodyPieces pieces;
    private boolean wasAskedFor;
    private long waitedFromNanos;
    private @Nullable Long stoppingSinceNanos;
    private boolean isThere;
    private byte @Nullable [] whole;
    private @Nullable Throwable failure;

    private ArrivingBody(HttpServletRequest call, ArrivingRoom room, Pace pace, int max) {
        this.call = ServletContextRequest.getServletContextRequest(call);
        this.connection = ClientConnection.of(call);
        this.deadline = new SendingDeadline(connection);
        this.room = room;
        this.pace = pace;
        this.max = max;
        this.pieces = new BodyPieces(isTold() ? (int) this.call.getLength() : max + 1, room);
    }

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
        body.readOn(null);
        return body;
    }

    /** Whether there will be more of it. */
    boolean isComing() {
        return !isThere && failure == null;
    }

    /** Whether its client has been waited for. */
    boolean wasAskedFor() {
        return wasAskedFor;
    }

    /** Whether nothing of it is held here: nothing has come, it was handed over, or it will not be taken. */
    boolean isLetGo() {
        return whole == null && pieces.isEmpty();
    }

    boolean isWhole() {
        return isThere;
    }

    /**
     * All of it, once: it is not held any longer.
     *
     * @throws BodyIsComingException when it is not there yet
     * @throws ApiException 408 when it comes too slowly, 413 too large, 503 when there is no room for it or the server stops
     * @throws IOException when it will not come
     */
    RequestBytes bytes() throws IOException {
        if (failure instanceof IOException broken) {
            throw broken;
        }
        if (failure instanceof RuntimeException refused) {
            throw refused;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (!isThere) {
            throw new BodyIsComingException();
        }
        RequestBytes bytes = new RequestBytes(Objects.requireNonNull(whole, "somebody else has it"));
        whole = null;
        return bytes;
    }

    /**
     * Waits for the rest of it, holding no thread meanwhile. Whatever is thrown on the way is how it ends.
     *
     * @param whenOver is run once, when it is there or will not come
     */
    void await(Runnable whenOver) {
        readOn(null);
        if (!isComing() || !isAwaited(whenOver)) {
            deadline.end();
            whenOver.run();
        }
    }

    private boolean isAwaited(Runnable whenOver) {
        try {
            ask();
            demand(whenOver);
            return true;
        } catch (RuntimeException | Error e) {
            fail(e);
            return false;
        }
    }

    /** Jetty tells nobody of a connection that was closed just before it was asked. */
    private void demand(Runnable whenOver) {
        AtomicBoolean isTold = new AtomicBoolean();
        Runnable once = () -> {
            if (isTold.compareAndSet(false, true)) {
                goOn(whenOver);
            }
        };
        call.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, once));
        if (!connection.isOpen()) {
            once.run();
        }
    }

    /**
     * More has come. The thread that says so watches all connections: it takes what merely adds to what there is, so that
     * who drips costs little, and leaves to another what may have to wait.
     */
    private void goOn(Runnable whenOver) {
        Content.Chunk next = null;
        boolean isTaken = false;
        try {
            endWait();
            next = isComing() ? call.read() : null;
            if (next != null && isMerelyMore(next)) {
                isTaken = true;
                takeOf(next);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
        if (isTaken && isComing() && isAwaited(whenOver)) {
            return;
        }
        Content.Chunk left = isTaken ? null : next;
        connection.execute(() -> {
            readOn(left);
            await(whenOver);
        });
    }

    private boolean isMerelyMore(Content.Chunk next) {
        return !next.isLast() && !Content.Chunk.isFailure(next) && next.remaining() < pieces.free();
    }

    /** What has come of it, that first. */
    private void readOn(Content.@Nullable Chunk first) {
        try {
            Content.Chunk chunk = first == null && isComing() ? call.read() : first;
            while (chunk != null && !isEnd(chunk)) {
                chunk = call.read();
            }
            if (chunk != null) {
                whole = pieces.join();
                isThere = true;
            } else if (isComing() && !connection.isOpen()) {
                throw new ClosedChannelException();
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
    }

    /** It will not come: what has come is let go at once, because its room is given back before its call ends. */
    private void fail(Throwable why) {
        failure = why;
        pieces.letGo();
    }

    private boolean isEnd(Content.Chunk chunk) throws IOException {
        if (Content.Chunk.isFailure(chunk)) {
            if (isTimeout(chunk.getFailure())) {
                throw connection.isStopping() ? ApiException.stopping() : ApiException.tooSlow();
            }
            throw new IOException(chunk.getFailure());
        }
        takeOf(chunk);
        if (!isTold() && pieces.length() > max) {
            throw ApiException.tooLarge(max);
        }
        return chunk.isLast() || pieces.length() == call.getLength();
    }

    private void takeOf(Content.Chunk chunk) {
        int before = pieces.length();
        try {
            pieces.add(chunk.getByteBuffer());
        } finally {
            chunk.release();
        }
        pace.passed(pieces.length() - before, 0);
    }

    private boolean isTold() {
        return call.getLength() >= 0;
    }

    /**
     * What came early buys no time: who sends a byte now and then is waited for no longer than his pace allows. Not before
     * there is room for it, because a client that waits to be asked is asked then.
     */
    private void ask() {
        pieces.makeRoom();
        if (isStoppedWaitingFor()) {
            throw ApiException.stopping();
        }
        if (pace.isTooSlow()) {
            throw ApiException.tooSlow();
        }
        wasAskedFor = true;
        room.beginWait(connection, pace.behind());
        waitedFromNanos = System.nanoTime();
        deadline.beginWait(pace.timeFor(0));
    }

    /** Of a server that stops who is silent hears by his silence; who goes on sending gets some time for the rest. */
    private boolean isStoppedWaitingFor() {
        if (!connection.isStopping()) {
            return false;
        }
        long now = System.nanoTime();
        if (stoppingSinceNanos == null) {
            stoppingSinceNanos = now;
        }
        return now - stoppingSinceNanos > FOR_THE_REST_NANOS;
    }

    private void endWait() {
        deadline.endWait();
        pace.passed(0, System.nanoTime() - waitedFromNanos);
        room.endWait();
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
