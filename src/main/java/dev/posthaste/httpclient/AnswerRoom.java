package dev.posthaste.httpclient;

import dev.posthaste.memory.ByteBudget;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts answers in memory as they come. The beginning of an answer has a quarter of the room for itself, so that small
 * answers are recorded whatever becomes of large ones. What is more grows with what a receiver has really sent: one that
 * stalls holds no more than that. Waiting for room is not the receiver's fault: the clock of the exchange stands still
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
    private final Duration patience;
    private final Duration patienceToGrow;

    AnswerRoom(ByteBudget answers) {
        this(answers, PATIENCE, PATIENCE_TO_GROW);
    }

    /**
     * Makes room out of a budget.
     *
     * @param patience of who waits for room for the beginning of an answer
     * @param patienceToGrow of who waits for more
     */
    AnswerRoom(ByteBudget answers, Duration patience, Duration patienceToGrow) {
        long quarter = Math.max(1, answers.bytes() / 4);
        this.ordinary = new ByteBudget("beginnings of answers", quarter);
        this.growing = new GrowingAnswers(Math.max(1, answers.bytes() - quarter));
        this.patience = patience;
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
     * Room for the answer of one exchange, of which nothing is taken yet. Close it when the answer is not held any more.
     *
     * @param max bytes that the body may grow to
     */
    Taken open(long owner, Deadline deadline, int max) {
        return new Taken(owner, deadline, max);
    }

    /** What was taken. For one thread at a time. */
    final class Taken implements AutoCloseable {
        private final Deadline deadline;
        private final int max;
        private final GrowingAnswers.Part part;
        private ByteBudget.@Nullable Room room;
        private boolean hasBegun;
        private long ordinaryHead;
        private long growthOfHead;
        private int beginning;
        private int bodyBytes;
        private boolean isGranted;
        private boolean isRefused;

        private Taken(long owner, Deadline deadline, int max) {
            this.deadline = deadline;
            this.max = max;
            this.part = growing.part(owner);
        }

        /** What comes while the request is still written is a part of the answer, and counts as one. */
        EarlyBody.Room early(IntSupplier headBytes) {
            return bytes -> {
                begin(headBytes.getAsInt(), max);
                int reach = Math.min(bytes, max);
                return isGranted && growTo(reach) ? reach : 0;
            };
        }

        /**
         * Takes room for the head and the beginning of the body, unless that has been done.
         *
         * @param expected bytes that the body may grow to
         */
        void begin(int headBytes, int expected) {
            if (hasBegun) {
                part.limitTo(COPIES * (growthOfHead + Math.max(expected, bodyBytes) - beginning));
                return;
            }
            hasBegun = true;
            growthOfHead = Math.max(0, headBytes - ORDINARY_HEAD);
            ordinaryHead = headBytes - growthOfHead;
            beginning = Math.min(expected, ORDINARY_BODY);
            part.limitTo(COPIES * (growthOfHead + expected - beginning));
            try {
                long wanted = COPIES * (ordinaryHead + beginning);
                Optional<ByteBudget.Room> taken = ordinary.take(wanted, Duration.ZERO);
                if (taken.isEmpty()) {
                    taken = deadline.standStill(() -> ordinary.take(wanted, patience));
                }
                room = taken.orElse(null);
                if (room != null && (growthOfHead == 0 || growBy(growthOfHead))) {
                    bodyBytes = beginning;
                    isGranted = true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** False when there was none in time: the status of the answer is known, its body is not read. */
        boolean isGranted() {
            return isGranted;
        }

        /** Room for a longer body; false when there was none in time, and from then on. */
        boolean growTo(int body) {
            if (body <= bodyBytes) {
                return true;
            }
            isRefused = isRefused || !growBy(body - bodyBytes);
            if (!isRefused) {
                bodyBytes = body;
            }
            return !isRefused;
        }

        /** The body turned out to be no longer than that. */
        void endAt(int body) {
            ByteBudget.Room ordinaryRoom = room;
            if (ordinaryRoom != null && body < bodyBytes) {
                ordinaryRoom.shrinkTo(COPIES * (ordinaryHead + Math.min(body, ORDINARY_BODY)));
            }
            part.shrinkBy(COPIES * (long) (bodyBytes - Math.max(body, Math.min(bodyBytes, ORDINARY_BODY))));
        }

        private boolean growBy(long more) {
            try {
                return part.grow(COPIES * more, Duration.ZERO)
                        || deadline.standStill(() -> part.grow(COPIES * more, patienceToGrow));
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
