package dev.posthaste.httpclient;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that began to come before its request was whole. A receiver that sends while it reads would block
 * both sides if nobody took what it sends. So much of it is kept as is recorded, and as there is room for; what is beyond
 * is read and dropped. In its place the stream has one octet, so that the body is known to be longer. Not thread-safe.
 */
final class EarlyBody extends InputStream {
    /** Room for what comes. */
    interface Room {
        /** How many bytes of a body may be kept: so many, fewer, or none beyond those that are kept already. */
        int reach(int bytes);
    }

    private static final int FIRST_BYTES = 8_192;

    /** In one go, so that the writing has its turns. */
    private static final int MAX_LOOKS = 8;

    private final BodyFraming framing;
    private final InputStream waiting;
    private final Arrivals.Source source;
    private final Room room;
    private final byte[] octet = new byte[1];

    /** The data that was not read yet, between two places; what comes lies behind them until its framing is taken out. */
    private byte[] kept;

    private int from;
    private int to;
    private boolean drops;
    private boolean hasGap;
    private boolean isAtEnd;
    private boolean hasUnread;
    private @Nullable IOException malformed;

    /**
     * Makes it behind a head.
     *
     * @param arrivals what came with the head
     * @param waiting the stream of what comes
     */
    EarlyBody(BodyFraming framing, Arrivals arrivals, InputStream waiting, Room room) {
        this.framing = framing;
        this.waiting = waiting;
        this.source = arrivals.source();
        this.isAtEnd = arrivals.isAtEnd();
        this.room = room;
        this.kept = arrivals.takeRest();
        came(kept.length);
    }

    /** Whether something came behind the body. */
    boolean hasUnread() {
        return hasUnread;
    }

    /** Takes in what has come, without waiting; true if there was anything. */
    boolean fill() throws IOException {
        int looks = 0;
        while (looks < MAX_LOOKS && !isAtEnd && !isDecided()) {
            makeRoom();
            int count = source.readNow(kept, to, kept.length - to);
            isAtEnd = count < 0;
            if (count <= 0) {
                return looks > 0;
            }
            came(count);
            looks++;
        }
        return looks > 0;
    }

    @Override
    public int read() throws IOException {
        return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (from == to && !hasGap && !isDecided()) {
            from = 0;
            to = 0;
            drops = false;
            makeRoom();
            int count = waiting.read(kept, 0, kept.length);
            if (count < 0) {
                return end();
            }
            came(count);
        }
        if (from < to) {
            int count = Math.min(length, to - from);
            System.arraycopy(kept, from, bytes, offset, count);
            from += count;
            return count;
        }
        if (hasGap) {
            hasGap = false;
            bytes[offset] = '?';
            return 1;
        }
        if (malformed != null) {
            throw malformed;
        }
        return -1;
    }

    /** One that is not read to its end leaves a connection that nothing else may follow on. */
    @Override
    public void close() throws IOException {
        if (!framing.isOver() && !isAtEnd) {
            throw new ConnectionClosedException("The answer was not read to its end.");
        }
    }

    private int end() throws IOException {
        isAtEnd = true;
        if (!framing.endsWithConnection()) {
            throw new ConnectionClosedException("The connection was closed within an answer.");
        }
        return -1;
    }

    /** Whether nothing that comes is a part of it any more. */
    private boolean isDecided() {
        return framing.isOver() || malformed != null;
    }

    /** Takes the framing out of what has come behind the data. */
    private void came(int count) {
        int end = to + count;
        int next = to;
        try {
            while (next < end && !framing.isOver()) {
                int data = (int) Math.min(end - next, framing.dataLeft());
                if (data == 0) {
                    framing.framingCame(kept[next]);
                    next++;
                } else {
                    dataCame(next, data);
                    next += data;
                }
            }
        } catch (IOException e) {
            // Told to whoever reads as far as this: the request is written all the same.
            malformed = e;
        }
        hasUnread |= next < end;
    }

    private void dataCame(int at, int count) {
        framing.dataCame(count);
        if (drops) {
            hasGap = true;
        } else {
            System.arraycopy(kept, at, kept, to, count);
            to += count;
        }
    }

    /** Room behind the data, where what comes can be taken in: of what is kept, or of what is dropped. */
    private void makeRoom() {
        if (drops || to < kept.length) {
            return;
        }
        int unread = to - from;
        int longer = Math.max(FIRST_BYTES, 2 * unread);
        if (longer > FIRST_BYTES) {
            longer = Math.max(unread, room.reach(longer));
        }
        drops = longer == unread;
        byte[] next = new byte[drops ? unread + FIRST_BYTES : longer];
        System.arraycopy(kept, from, next, 0, unread);
        kept = next;
        from = 0;
        to = unread;
    }
}
