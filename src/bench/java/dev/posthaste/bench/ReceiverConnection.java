package dev.posthaste.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BiConsumer;

/** One keep-alive connection of the receiver: cuts the bytes into requests. Used by one thread. */
final class ReceiverConnection {
    private static final byte[] EMPTY_ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel channel;
    private ByteBuffer input = ByteBuffer.allocate(4_096);

    ReceiverConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Reads what is there and hands over the path of each request that is complete. */
    void read(BiConsumer<ReceiverConnection, String> requests) throws IOException {
        if (!input.hasRemaining()) {
            input = ByteBuffer.allocate(input.capacity() * 2).put(input.flip());
        }
        if (channel.read(input) < 0) {
            throw new EOFException();
        }
        for (int length = requestLength(); length > 0; length = requestLength()) {
            String path = path();
            input.flip().position(length);
            input.compact();
            requests.accept(this, path);
        }
    }

    /** The length of the first request when all of it is here, else 0. */
    private int requestLength() {
        int headEnd = headEnd();
        if (headEnd == 0) {
            return 0;
        }
        int length = headEnd + bodyLength(headEnd);
        return input.position() >= length ? length : 0;
    }

    private int headEnd() {
        byte[] bytes = input.array();
        for (int i = 3; i < input.position(); i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }

    private int bodyLength(int headEnd) {
        String head = new String(input.array(), 0, headEnd, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        String name = "\r\ncontent-length:";
        int at = head.indexOf(name);
        return at < 0
                ? 0
                : Integer.parseInt(head.substring(at + name.length(), head.indexOf('\r', at + 2))
                        .strip());
    }

    private String path() {
        byte[] bytes = input.array();
        int from = 0;
        while (bytes[from] != ' ') {
            from++;
        }
        int to = from + 1;
        while (bytes[to] != ' ') {
            to++;
        }
        return new String(bytes, from + 1, to - from - 1, StandardCharsets.ISO_8859_1);
    }

    /** Sends a 200 with this body. A client that has gone meanwhile is noticed by the next read. */
    void answer(String body) {
        byte[] bytes = body.isEmpty()
                ? EMPTY_ANSWER
                : ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.ISO_8859_1);
        try {
            ByteBuffer output = ByteBuffer.wrap(bytes);
            while (output.hasRemaining()) {
                if (channel.write(output) == 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (IOException e) {
            input.clear();
        }
    }
}
