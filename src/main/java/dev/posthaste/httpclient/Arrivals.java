package dev.posthaste.httpclient;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The stream of what comes on a connection, which takes in what has come without waiting while a request is still being
 * written, and knows whether that is a whole head. Not thread-safe.
 */
final class Arrivals extends InputStream {
    /** Reads what has come without waiting. */
    interface Source {
        /** As a stream's reading; 0 when nothing has come. */
        int readNow(byte[] bytes, int offset, int length) throws IOException;
    }

    private static final byte[] NONE = {};
    private static final int FIRST_BYTES = 8_192;

    /** More than this is no head: a reader of it meets a limit before it comes to its end. */
    private static final int MAX_HEAD = 128 * 1024;

    private final InputStream waiting;
    private final Source source;
    private final byte[] octet = new byte[1];

    /** What has come and was not read yet, between two places. */
    private byte[] kept = NONE;

    private int from;
    private int to;
    private boolean hasCome;
    private boolean isAtEnd;

    /** Up to where the end of a head was looked for, and what the line is like there. */
    private int looked;

    private int lineLength;
    private boolean endsInReturn;

    /**
     * Makes it for one connection.
     *
     * @param waiting the stream of what comes, whose reading waits
     * @param source the same, without waiting
     */
    Arrivals(InputStream waiting, Source source) {
        this.waiting = waiting;
        this.source = source;
    }

    InputStream waiting() {
        return waiting;
    }

    Source source() {
        return source;
    }

    /** Another answer is awaited, and nothing is left of what came before. */
    void begin() {
        empty();
        hasCome = false;
        lineLength = 0;
    }

    /** Whether anything has been taken in since the beginning. */
    boolean hasCome() {
        return hasCome;
    }

    boolean hasUnread() {
        return from < to;
    }

    /** Whether no more will come. */
    boolean isAtEnd() {
        return isAtEnd;
    }

    /** Whether nothing has come, nor the end; what has come is lost. Costs as little as can be. */
    boolean looksQuiet() throws IOException {
        int count = source.readNow(octet, 0, 1);
        isAtEnd = count < 0;
        return count == 0;
    }

    /** Takes in what has come, as much as a head may be; true if there was anything. */
    boolean fill() throws IOException {
        if (isAtEnd || to - from > MAX_HEAD) {
            return false;
        }
        if (to == kept.length) {
            lengthen();
        }
        int count = source.readNow(kept, to, kept.length - to);
        isAtEnd = count < 0;
        to += Math.max(0, count);
        hasCome |= count > 0;
        return count > 0;
    }

    /** Whether a whole head has been taken in, or more than any may be. What is read next ends with it. */
    boolean hasHead() {
        while (looked < to) {
            byte next = kept[looked];
            looked++;
            if (next != '\n') {
                lineLength++;
                endsInReturn = next == '\r';
                continue;
            }
            boolean isEmpty = lineLength == 0 || (lineLength == 1 && endsInReturn);
            lineLength = 0;
            if (isEmpty) {
                return true;
            }
        }
        return to - from > MAX_HEAD;
    }

    /** The head was read; another one is looked for from here. */
    void headWasRead() {
        looked = from;
        lineLength = 0;
    }

    /** Hands over what was taken in behind the head. */
    byte[] takeRest() {
        byte[] rest = Arrays.copyOfRange(kept, from, to);
        empty();
        return rest;
    }

    @Override
    public int read() throws IOException {
        return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (from == to) {
            return waiting.read(bytes, offset, length);
        }
        // What is read beyond a head would be out of sight in a buffer.
        int end = looked > from ? looked : to;
        int count = Math.min(length, end - from);
        System.arraycopy(kept, from, bytes, offset, count);
        from += count;
        if (from == to) {
            empty();
        }
        return count;
    }

    @Override
    public int available() throws IOException {
        return from < to ? to - from : waiting.available();
    }

    private void lengthen() {
        byte[] longer = new byte[Math.max(FIRST_BYTES, 2 * (to - from))];
        System.arraycopy(kept, from, longer, 0, to - from);
        looked -= from;
        to -= from;
        from = 0;
        kept = longer;
    }

    private void empty() {
        kept = NONE;
        from = 0;
        to = 0;
        looked = 0;
    }
}
