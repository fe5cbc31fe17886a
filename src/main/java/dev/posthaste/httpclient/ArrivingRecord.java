package dev.posthaste.httpclient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * One record of TLS as it comes (RFC 8446, section 5.1), so that JSSE is not given parts of one when nothing is to be
 * waited for. Not thread-safe.
 */
final class ArrivingRecord {
    private static final int HEAD = 5;
    private static final int LENGTH_AT = 3;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    /** What has come and is not taken, from its mark of zero on. */
    private ByteBuffer bytes = NONE;

    private int taken;

    /** Reads on without waiting; true when the record is whole, or nothing more will come. */
    boolean arrives(ReadableByteChannel channel) throws IOException {
        while (taken == 0 && !isWhole()) {
            if (!bytes.hasRemaining()) {
                lengthen();
            }
            int count = channel.read(bytes);
            if (count <= 0) {
                return count < 0;
            }
        }
        return true;
    }

    boolean isEmpty() {
        return length() == 0;
    }

    int length() {
        return bytes.position() - taken;
    }

    /** Takes some of it, which must be there. */
    int take(byte[] into, int offset, int max) {
        int count = Math.min(max, length());
        System.arraycopy(bytes.array(), taken, into, offset, count);
        taken += count;
        if (isEmpty()) {
            bytes = NONE;
            taken = 0;
        }
        return count;
    }

    private boolean isWhole() {
        return bytes.position() >= HEAD && bytes.position() == HEAD + contentLength();
    }

    private void lengthen() {
        int size = bytes.position() < HEAD ? HEAD : HEAD + contentLength();
        bytes = ByteBuffer.allocate(size).put(bytes.flip());
    }

    private int contentLength() {
        return Short.toUnsignedInt(bytes.getShort(LENGTH_AT));
    }
}
