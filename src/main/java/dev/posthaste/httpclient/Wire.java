package dev.posthaste.httpclient;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.hc.core5.io.Closer;

/**
 * The bytes of one connection as they go over the network, before TLS. Reading and writing wait, except while a large
 * request is written, so that one thread can do both. Then what cannot be written at once is kept here until it is pushed.
 * For one thread at a time; the channel may be closed by any.
 */
final class Wire {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final InputStream waitingIn;
    private final OutputStream waitingOut;
    private final InputStream in = new In();
    private final OutputStream out = new Out();
    private final ArrivingRecord record = new ArrivingRecord();
    private boolean waits = true;
    private boolean isGreeting;
    private ByteBuffer unsent = NONE;
    private boolean hasEnded;

    Wire(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.waitingIn = channel.socket().getInputStream();
        this.waitingOut = channel.socket().getOutputStream();
    }

    SocketChannel channel() {
        return channel;
    }

    /** While this does not wait and there is no whole record of TLS, reading is a {@link SocketTimeoutException}. */
    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    /** Whether whoever reads was told that there is no more. */
    boolean hasEnded() {
        return hasEnded;
    }

    /**
     * Whether TLS is being agreed upon. Who refuses it says why and closes, maybe before everything was written: then what
     * has come is read first, as it is worth more than the failure to write.
     */
    void greets(boolean isGreeting) {
        this.isGreeting = isGreeting;
    }

    /** From now on nothing waits, until {@link #waitAgain}. */
    void stopWaiting() throws IOException {
        if (waits) {
            channel.configureBlocking(false);
            waits = false;
        }
    }

    /** What is still unsent is given up: it was part of a request that is not written any further. */
    void waitAgain() {
        unsent = NONE;
        if (!waits) {
            waits = true;
            try {
                channel.configureBlocking(true);
            } catch (IOException e) {
                // It has been closed, as whoever uses it next will find.
                Closer.closeQuietly(channel);
            }
        }
    }

    boolean hasUnsent() {
        return unsent.hasRemaining();
    }

    /** Sends on without waiting; true if anything went. */
    boolean push() throws IOException {
        if (!unsent.hasRemaining()) {
            return false;
        }
        boolean hasMoved = channel.write(unsent) > 0;
        if (!unsent.hasRemaining()) {
            unsent = NONE;
        }
        return hasMoved;
    }

    /** Reads what has come, without waiting and past TLS; 0 when nothing has come. */
    int readNow(byte[] bytes, int offset, int length) throws IOException {
        return channel.read(ByteBuffer.wrap(bytes, offset, length));
    }

    /** Whether a whole record of TLS has come, or the end, so that reading does not time out. */
    boolean hasRecord() throws IOException {
        return record.arrives(channel);
    }

    private final class In extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count;
            if (waits) {
                count = record.isEmpty() ? waitingIn.read(bytes, offset, length) : record.take(bytes, offset, length);
            } else if (hasRecord()) {
                count = record.isEmpty() ? -1 : record.take(bytes, offset, length);
            } else {
                throw new SocketTimeoutException("no whole record has come");
            }
            hasEnded |= count < 0;
            return count;
        }

        @Override
        public int available() throws IOException {
            return record.isEmpty() ? waitingIn.available() : record.length();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (waits) {
                writeWaiting(bytes, offset, length);
                return;
            }
            ByteBuffer more = ByteBuffer.wrap(bytes, offset, length);
            if (!unsent.hasRemaining()) {
                channel.write(more);
            }
            if (more.hasRemaining()) {
                ByteBuffer longer = ByteBuffer.allocate(unsent.remaining() + more.remaining());
                unsent = longer.put(unsent).put(more).flip();
            }
        }

        private void writeWaiting(byte[] bytes, int offset, int length) throws IOException {
            try {
                waitingOut.write(bytes, offset, length);
            } catch (IOException e) {
                if (!isGreeting || !channel.isOpen() || in.available() == 0) {
                    throw e;
                }
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
