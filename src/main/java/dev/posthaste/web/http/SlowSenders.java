package dev.posthaste.web.http;

import dev.posthaste.memory.ByteBudget;
import java.time.Duration;
import java.util.Comparator;
import java.util.TreeSet;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/**
 * Whose bodies are being waited for. What they hold is for others as well: where it is wanted, those are cut off that are
 * behind their pace, the furthest behind first. Thread-safe.
 */
final class SlowSenders {
    private final Duration grace;
    private final TreeSet<Sender> waitedFor =
            new TreeSet<>(Comparator.comparingLong(Sender::sinceNanos).thenComparingInt(System::identityHashCode));

    /** @param grace by how much everybody may be behind, whoever wants what he holds */
    SlowSenders(Duration grace) {
        this.grace = grace;
    }

    /**
     * One of them.
     *
     * @param held of its body
     * @param sinceNanos when it would have had to send, had it kept its pace until now
     */
    record Sender(ClientConnection connection, ByteBudget.Room held, long sinceNanos) {
        private long cutOff() {
            long bytes = held.bytes();
            connection.end();
            held.close();
            return bytes;
        }
    }

    /** @param behind by how much the pace was not kept until now */
    Sender begin(ClientConnection connection, ByteBudget.Room held, Duration behind) {
        Sender sender = new Sender(connection, held, NanoTime.now() - behind.toNanos());
        synchronized (this) {
            waitedFor.add(sender);
        }
        return sender;
    }

    /** False when it was cut off. */
    synchronized boolean end(Sender sender) {
        return waitedFor.remove(sender);
    }

    /** Cuts off as many as hold so many bytes together, or all that may be. */
    void giveBack(long bytes) {
        long given = 0;
        Sender next = takeSlowest();
        while (next != null) {
            given += next.cutOff();
            next = given < bytes ? takeSlowest() : null;
        }
    }

    private synchronized @Nullable Sender takeSlowest() {
        boolean isThere =
                !waitedFor.isEmpty() && NanoTime.since(waitedFor.first().sinceNanos()) >= grace.toNanos();
        return isThere ? waitedFor.pollFirst() : null;
    }
}
