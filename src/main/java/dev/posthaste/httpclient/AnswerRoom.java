package dev.posthaste.httpclient;

import dev.posthaste.memory.ByteBudget;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts answers in memory as they come. The beginning of an answer has a quarter of the room for itself, so that small
 * answers are recorded whatever becomes of large ones; what is more grows with what a receiver has really sent, so that one
 * that stalls holds no more than that. Waiting for room is not the receiver's fault: the clock of the exchange stands still
 * meanwhile. Thread-safe.
 */
final class AnswerRoom {
    /** An answer is held as bytes, as text, in the JSON of a callback and in what the driver sends. */
    private static final int COPIES = 4;

    /** The part of a body that is ordinary. */
    static final int ORDINARY_BODY = 1_024;

    /** A longer head counts as a part of what grows. */
    private static final int ORDINARY_HEAD = 2_048;

    /** Whoever holds room gives it back when its outcome is recorded; a database may be away for as long as this. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Whoever waits to grow keeps a slot; what stalled receivers hold ends with their own timeouts. */
    private static final Duration PATIENCE_TO_GROW = Duration.ofMinutes(1);

    private final ByteBudget ordinary;
    private final GrowingAnswers growing;
    private final Duration patienceToGrow;

    AnswerRoom(ByteBudget answers) {
        this(answers, PATIENCE_TO_GROW);
    }

    AnswerRoom(ByteBudget answers, Duration patienceToGrow) {
        long quarter = Math.max(1, answers.bytes() / 4);
        this.ordinary = new ByteBudget("beginnings of answers", quarter);
        this.growing = new GrowingAnswers(Math.max(1, answers.bytes() - quarter));
        this.patienceToGrow = patienceToGrow;
    }

    /** How many bytes are held at the moment. */
    long held() {
        return ordinary.held() + growing.held();
    }

    /** How many wait for room at the moment. */
    int waiting() {
        return ordinary.waiting() + growing.waiting();
    }

    /**
     * Room for the head of the attempt's answer and the beginning of its body.
     *
     * @param most bytes that the body may grow to
     */
    Taken take(Attempt attempt, int most) {
        int headBytes = attempt.headBytes();
        int beginning = Math.min(most, ORDINARY_BODY);
        long growthOfHead = Math.max(0, headBytes - ORDINARY_HEAD);
        GrowingAnswers.Part part = growing.part(attempt.owner(), COPIES * (growthOfHead + most - beginning));
        Taken taken = new Taken(attempt, part, headBytes - growthOfHead);
        try {
            long wanted = COPIES * (headBytes - growthOfHead + beginning);
            Optional<ByteBudget.Room> room = ordinary.take(wanted, Duration.ZERO);
            if (room.isEmpty()) {
                room = attempt.deadline().standStill(() -> ordinary.take(wanted, PATIENCE));
            }
            taken.room = room.orElse(null);
            if (taken.room != null && (growthOfHead == 0 || taken.growBy(growthOfHead))) {
                taken.bodyBytes = beginning;
                taken.isGranted = true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return taken;
    }

    /** What was taken. For one thread at a time. */
    final class Taken implements AutoCloseable {
        private final Attempt attempt;
        private final GrowingAnswers.Part part;
        private final long headBytes;
        private ByteBudget.@Nullable Room room;
        private int bodyBytes;
        private boolean isGranted;

        private Taken(Attempt attempt, GrowingAnswers.Part part, long headBytes) {
            this.attempt = attempt;
            this.part = part;
            this.headBytes = headBytes;
        }

        /** False when there was none in time: the status of the answer is known, its body is not read. */
        boolean isGranted() {
            return isGranted;
        }

        /** Room for a longer body; false when there was none in time. */
        boolean growTo(int body) {
            if (body > bodyBytes) {
                if (!growBy(body - bodyBytes)) {
                    return false;
                }
                bodyBytes = body;
            }
            return true;
        }

        /** The body turned out to be no longer than that. */
        void endAt(int body) {
            ByteBudget.Room ordinaryRoom = room;
            if (ordinaryRoom != null && body < bodyBytes) {
                ordinaryRoom.shrinkTo(COPIES * (headBytes + Math.min(body, ORDINARY_BODY)));
            }
            part.shrinkBy(COPIES * (long) (bodyBytes - Math.max(body, Math.min(bodyBytes, ORDINARY_BODY))));
        }

        private boolean growBy(long more) {
            try {
                return part.grow(COPIES * more, Duration.ZERO)
                        || attempt.deadline().standStill(() -> part.grow(COPIES * more, patienceToGrow));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public void close() {
            if (room != null) {
                room.close();
            }
            part.close();
        }
    }
}
