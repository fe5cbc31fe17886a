package dev.posthaste.httpclient;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.io.SessionInputBuffer;

/** A body in chunks, read from a connection. Not thread-safe. */
final class ChunkedBody extends InputStream {
    private final Chunks chunks = new Chunks();
    private final SessionInputBuffer buffer;
    private final InputStream in;

    ChunkedBody(SessionInputBuffer buffer, InputStream in) {
        this.buffer = buffer;
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (chunks.dataLeft() == 0) {
            if (chunks.isOver()) {
                return -1;
            }
            chunks.framingCame((byte) came(buffer.read(in)));
        }
        int count = came(buffer.read(bytes, offset, (int) Math.min(length, chunks.dataLeft()), in));
        chunks.dataCame(count);
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(buffer.length(), chunks.dataLeft());
    }

    /** One that is not read to its end leaves a connection that nothing else may follow on. */
    @Override
    public void close() throws IOException {
        if (!chunks.isOver()) {
            throw new ConnectionClosedException("The chunks were not read to their end.");
        }
    }

    private static int came(int count) throws IOException {
        if (count < 0) {
            throw new ConnectionClosedException("The connection was closed among the chunks.");
        }
        return count;
    }
}
