package dev.posthaste.httpclient;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.io.HttpTransportMetrics;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.util.CharArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a connection, with a bound for its lines taken together: HttpCore bounds each line and their number,
 * whose product is more than anybody wants to hold. They keep to the grammar of heads. An end of the stream among lines is no end of them, as HttpCore has it.
 * Not thread-safe.
 */
final class CountedLines implements SessionInputBuffer {
    private static final int LINE_END = 2;

    private final SessionInputBuffer buffer;
    private final int maxBytes;
    private final HeadGrammar grammar = new HeadGrammar();
    private @Nullable EndSensor sensor;
    private int bytes;
    private boolean isAmongLines;

    /** @param maxBytes status line and header lines of an answer, and those of interim answers before it */
    CountedLines(SessionInputBuffer buffer, int maxBytes) {
        this.buffer = buffer;
        this.maxBytes = maxBytes;
    }

    /** Counts from nothing: another answer is awaited. */
    void beginAnswer() {
        bytes = 0;
    }

    /** A status line is awaited, before which the stream may end. */
    void beginHead() {
        isAmongLines = false;
        grammar.begin();
    }

    int bytes() {
        return bytes;
    }

    @Override
    public int readLine(CharArrayBuffer line, InputStream in) throws IOException {
        EndSensor sensor = sensor(in);
        int from = line.length();
        int count = buffer.readLine(line, sensor);
        if (count < 0 && !isAmongLines) {
            return count;
        }
        if (sensor.isAtEnd) {
            throw new ConnectionClosedException("The connection was closed among the header lines.");
        }
        isAmongLines = true;
        bytes += count + LINE_END;
        if (bytes > maxBytes) {
            throw new MessageConstraintException("The header lines are more than can be taken.");
        }
        grammar.line(line.subSequence(from, line.length()));
        return count;
    }

    @Override
    public int read(byte[] bytes, int offset, int length, InputStream in) throws IOException {
        return buffer.read(bytes, offset, length, in);
    }

    @Override
    public int read(byte[] bytes, InputStream in) throws IOException {
        return buffer.read(bytes, in);
    }

    @Override
    public int read(InputStream in) throws IOException {
        return buffer.read(in);
    }

    @Override
    public int length() {
        return buffer.length();
    }

    @Override
    public int capacity() {
        return buffer.capacity();
    }

    @Override
    public int available() {
        return buffer.available();
    }

    @Override
    public HttpTransportMetrics getMetrics() {
        return buffer.getMetrics();
    }

    /** A connection has one stream for as long as it lives. */
    private EndSensor sensor(InputStream in) {
        EndSensor there = sensor;
        if (there == null) {
            there = new EndSensor(in);
            sensor = there;
        }
        return there;
    }

    /** Knows that the stream has ended: HttpCore takes a line that was cut off there for a whole one. */
    private static final class EndSensor extends FilterInputStream {
        private boolean isAtEnd;

        EndSensor(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            isAtEnd = count < 0;
            return count;
        }
    }
}
