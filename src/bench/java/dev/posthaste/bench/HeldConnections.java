package dev.posthaste.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many connections to a server that keep it waiting: a third say nothing, a third send their head byte by byte, a third have
 * said that a body comes and send it as slowly. Whatever the server closes is opened again. They come from a hundred
 * addresses of the loopback.
 */
final class HeldConnections implements AutoCloseable {
    private static final int ADDRESSES = 100;
    private static final int ROUND_MILLIS = 1_000;
    private static final byte[] DRIP = {'a'};
    private static final byte[] HEAD = "POST /api/jobs HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BODY = ("POST /api/jobs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                    + ServerProcess.TOKEN + "\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")
            .getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress server;
    private final SocketChannel[] channels;
    private final Thread thread = new Thread(this::hold, "held-connections");
    private final AtomicInteger reopened = new AtomicInteger();
    private volatile int open;
    private volatile boolean ends;

    HeldConnections(InetSocketAddress server, int count) {
        this.server = server;
        this.channels = new SocketChannel[count];
        thread.setDaemon(true);
        thread.start();
    }

    /** How many were open when they were gone through last, those that the system keeps waiting among them. */
    int open() {
        return open;
    }

    /** How often one was opened, the first times included. */
    int opened() {
        return reopened.get();
    }

    @Override
    public void close() throws IOException {
        ends = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SocketChannel channel : channels) {
            if (channel != null) {
                channel.close();
            }
        }
    }

    private void hold() {
        ByteBuffer read = ByteBuffer.allocate(4_096);
        while (!ends) {
            long next = System.nanoTime() + ROUND_MILLIS * 1_000_000L;
            int stillOpen = 0;
            for (int i = 0; i < channels.length && !ends; i++) {
                if (drips(i, read)) {
                    stillOpen++;
                }
            }
            open = stillOpen;
            long left = (next - System.nanoTime()) / 1_000_000;
            if (left > 0) {
                try {
                    Thread.sleep(left);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }

    /** True when it is open and has sent what it had to. */
    private boolean drips(int i, ByteBuffer read) {
        try {
            SocketChannel channel = channels[i];
            if (channel == null) {
                channels[i] = open(i);
                return true;
            }
            if (channel.finishConnect()) {
                read.clear();
                if (channel.read(read) < 0) {
                    throw new IOException("closed");
                }
                if (i % 3 > 0) {
                    channel.write(ByteBuffer.wrap(DRIP));
                }
            }
            return true;
        } catch (IOException e) {
            closeQuietly(i);
            return false;
        }
    }

    private SocketChannel open(int i) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.bind(new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (1 + i % ADDRESSES)}), 0));
        // On the loopback it is done at once, unless the backlog is full: then the rest of it is left to the next
        // round.
        channel.configureBlocking(false);
        channel.connect(server);
        reopened.incrementAndGet();
        if (channel.finishConnect() && i % 3 > 0) {
            channel.write(ByteBuffer.wrap(i % 3 == 1 ? HEAD : BODY));
        }
        return channel;
    }

    private void closeQuietly(int i) {
        try {
            SocketChannel channel = channels[i];
            channels[i] = null;
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
