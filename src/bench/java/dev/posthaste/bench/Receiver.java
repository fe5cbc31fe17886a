package dev.posthaste.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The endpoint that everybody sends to: one thread, keep-alive, an empty 200 for every request. {@code /slow/<ms>}
 * answers later, {@code /late/<class>/<due ms>} and
 * {@code /fire/<class>/<number>} note how late a request came. {@code /tally} tells, {@code /reset}
 * forgets. A process of its own, so that it takes the same from every contestant.
 */
public final class Receiver {
    private record Later(long atNanos, ReceiverConnection connection) {}

    private final Selector selector;
    private final Tally tally = new Tally();
    private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparingLong(Later::atNanos));

    private Receiver(int port) throws IOException {
        selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 8_192);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Listens on the port given until the process is ended. */
    public static void main(String[] arguments) throws IOException {
        new Receiver(Integer.parseInt(arguments[0])).run();
    }

    private void run() throws IOException {
        while (true) {
            selector.select(this::handle, untilNextAnswer());
            answerDue();
        }
    }

    /** Milliseconds; 0 means that no answer is waiting. */
    private long untilNextAnswer() {
        Later next = later.peek();
        return next == null ? 0 : Math.max(1, (next.atNanos() - System.nanoTime()) / 1_000_000);
    }

    private void answerDue() {
        for (Later next = later.peek(); next != null && next.atNanos() <= System.nanoTime(); next = later.peek()) {
            later.remove();
            next.connection().answer("");
        }
    }

    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel());
            } else if (key.attachment() instanceof ReceiverConnection connection) {
                connection.read(this::answer);
            }
        } catch (IOException e) {
            key.cancel();
            closeQuietly(key);
        }
    }

    private void accept(ServerSocketChannel server) throws IOException {
        SocketChannel channel = server.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            channel.socket().setTcpNoDelay(true);
            channel.register(selector, SelectionKey.OP_READ, new ReceiverConnection(channel));
        }
    }

    private void answer(ReceiverConnection connection, String path) {
        if (path.equals("/tally")) {
            connection.answer(tally.toString());
        } else if (path.equals("/reset")) {
            tally.reset();
            connection.answer("");
        } else if (path.startsWith("/slow/")) {
            tally.count(path);
            long pauseMs = Long.parseLong(path.substring("/slow/".length()));
            later.add(new Later(System.nanoTime() + pauseMs * 1_000_000, connection));
        } else {
            tally.count(path);
            connection.answer("");
        }
    }

    private static void closeQuietly(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException ignored) {
            // The other side is gone already.
        }
    }
}
