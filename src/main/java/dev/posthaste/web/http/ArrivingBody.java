package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** A body while it comes, in pieces that are not much larger than what came before them. Not thread-safe. */
final class ArrivingBody {
    private static final int MIN_PIECE = 1024;
    private static final int MAX_PIECE = 256 * 1024;

    /** How much longer than without bytes a caller may take who sends some that are not of the body. */
    private static final Duration FRAMING = Duration.ofSeconds(1);

    private final HttpServletRequest call;
    private final ClientConnection connection;
    private final ArrivingRoom room;
    private final Pace pace;
    private final SlowSenders slow;
    private SlowSenders.@Nullable Sender sender;
    private final List<byte[]> pieces = new ArrayList<>();
    private int length;

    ArrivingBody(HttpServletRequest call, ArrivingRoom room, Pace pace, SlowSenders slow) {
        this.call = call;
        this.connection = ClientConnection.of(call);
        this.room = room;
        this.pace = pace;
        this.slow = slow;
    }

    /**
     * Reads to the end, but no more than that many bytes.
     *
     * @throws ApiException 408 when it comes too slowly, 503 when there is no room for it
     */
    byte[] read(int max) throws IOException {
        try {
            return readAll(max);
        } finally {
            if (sender != null) {
                sender.close();
            }
        }
    }

    private byte[] readAll(int max) throws IOException {
        boolean isMore = true;
        while (isMore && length < max) {
            int size = Math.min(max - length, Math.min(MAX_PIECE, Math.max(MIN_PIECE, length)));
            room.grow(size);
            byte[] piece = new byte[size];
            int filled = fill(piece);
            isMore = filled == size;
            pieces.add(piece);
            length += filled;
        }
        room.becomeWhole(length);
        return joined();
    }

    /** How much of it was filled before the end. Not before there is room: to open it asks a client that waits for that. */
    private int fill(byte[] piece) throws IOException {
        InputStream content = call.getInputStream();
        int filled = 0;
        while (filled < piece.length) {
            if (pace.isTooSlow()) {
                throw ApiException.tooSlow();
            }
            int read = readSome(content, piece, filled);
            if (read < 0) {
                return filled;
            }
            filled += read;
        }
        return filled;
    }

    private int readSome(InputStream content, byte[] piece, int from) throws IOException {
        long before = System.nanoTime();
        try {
            int read = content.available() > 0
                    ? content.read(piece, from, piece.length - from)
                    : waitAndRead(content, piece, from);
            pace.passed(Math.max(read, 0), System.nanoTime() - before);
            return read;
        } catch (IOException e) {
            if (isTimeout(e)) {
                throw ApiException.tooSlow();
            }
            throw e;
        }
    }

    /** What came early buys no time: who sends a byte now and then is waited for no longer than his pace allows. */
    private int waitAndRead(InputStream content, byte[] piece, int from) throws IOException {
        if (sender == null) {
            sender = slow.begin(connection);
        }
        Duration time = pace.timeFor(0);
        // What frames a body breaks the silence and is no part of it: a chunk that never begins would be waited for for
        // ever.
        Scheduler.Task end = connection.endIn(time.plus(FRAMING));
        try {
            return connection.readWithin(time, () -> content.read(piece, from, piece.length - from));
        } finally {
            end.cancel();
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

    private byte[] joined() {
        if (pieces.size() == 1 && pieces.get(0).length == length) {
            return pieces.get(0);
        }
        byte[] bytes = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            int here = Math.min(piece.length, length - at);
            System.arraycopy(piece, 0, bytes, at, here);
            at += here;
        }
        return bytes;
    }
}
