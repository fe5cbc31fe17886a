package dev.posthaste.oneshots;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** How firings end, and for how long those wait that end without an outcome. Thread-safe. */
final class Endings {
    /** How long a firing waits that failed to record its outcome. */
    private static final long PUT_BACK_MS = 5_000;

    /** How long one waits that could not be made, for want of a thread too: long enough not to spin. */
    private static final long PUT_BACK_SOON_MS = 1_000;

    private static final long STEP_MS = 250;

    private final Held held;
    private final Returns returns;
    private final DatabaseClock clock;
    private final Consumer<List<ClaimedOneShot>> gone;
    private final Trace trace;

    /** @param gone told what is held no longer */
    Endings(Held held, Returns returns, DatabaseClock clock, Consumer<List<ClaimedOneShot>> gone, Trace trace) {
        this.held = held;
        this.returns = returns;
        this.clock = clock;
        this.gone = gone;
        this.trace = trace;
    }

    /** Nobody will begin them: they wait again at once. */
    void release(Collection<Firing> firings) {
        List<ClaimedOneShot> shots = firings.stream().map(Firing::shot).toList();
        trace.sayOfEach(shots, "not begun, there is no thread for it or this node claims nothing any more");
        returns.putBack(shots, Return.AT_ONCE);
    }

    /** It has ended, or could not be made: then it waits again. */
    void ended(Firing firing) {
        if (firing.hasEnded()) {
            held.gone(firing.shot());
            gone.accept(List.of(firing.shot()));
        } else {
            returns.putBack(List.of(firing.shot()), back(firing, false));
        }
    }

    /** There was no thread for it: it waits again for a while. */
    void foundNoThread(Firing firing) {
        if (trace.follows(firing.shot().key().group())) {
            trace.say(firing.shot(), () -> "not begun, there is no thread for it");
        }
        returns.putBack(List.of(firing.shot()), back(firing, true));
    }

    private Return back(Firing firing, boolean isWithoutThread) {
        if (firing.prepared() instanceof Unprepared unprepared) {
            return new Return(clock.millis() + unprepared.pauseMs(), true);
        }
        if (!firing.wasHandedOver() && !isWithoutThread) {
            // This node is stopping or has lost its lease, which is no reason for others to wait.
            return Return.AT_ONCE;
        }
        long pause = isWithoutThread || firing.firesAgainSoon() ? PUT_BACK_SOON_MS : PUT_BACK_MS;
        // In steps, so that those that are put back at about the same time go together.
        long notBefore = (clock.millis() + pause) / STEP_MS * STEP_MS + STEP_MS;
        return new Return(notBefore, firing.isUnsent());
    }
}
