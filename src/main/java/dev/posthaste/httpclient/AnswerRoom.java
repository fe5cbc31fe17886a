package dev.posthaste.httpclient;

import dev.posthaste.memory.ByteBudget;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts answers in memory before they are read. Waiting for room is not the receiver's fault: the clock of the exchange
 * stands still meanwhile. Thread-safe.
 */
final class AnswerRoom {
    /** An answer is held as bytes, as text, in the JSON of a callback and in what the driver sends. */
    private static final int COPIES = 4;

    /** Whoever holds room gives it back when its outcome is recorded; a database may be away for as long as this. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final ByteBudget budget;

    AnswerRoom(ByteBudget budget) {
        this.budget = budget;
    }

    /** Room for the head of the attempt's answer and so many bytes of its body. */
    Taken take(Attempt attempt, int bodyBytes) {
        int headBytes = attempt.headBytes();
        long wanted = COPIES * ((long) headBytes + bodyBytes);
        try {
            Optional<ByteBudget.Room> room = budget.take(wanted, Duration.ZERO);
            if (room.isEmpty()) {
                room = attempt.deadline().standStill(() -> budget.take(wanted, PATIENCE));
            }
            return new Taken(room.orElse(null), headBytes, bodyBytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Taken(null, headBytes, bodyBytes);
        }
    }

    /** What was taken. */
    record Taken(ByteBudget.@Nullable Room room, int headBytes, int bodyBytes) implements AutoCloseable {
        /** False when there was none in time: the status of the answer is known, its body is not read. */
        boolean isGranted() {
            return room != null;
        }

        /** The body was shorter. */
        void shrinkTo(int body) {
            if (room != null && body < bodyBytes) {
                room.shrinkTo(COPIES * ((long) headBytes + body));
            }
        }

        @Override
        public void close() {
            if (room != null) {
                room.close();
            }
        }
    }
}
