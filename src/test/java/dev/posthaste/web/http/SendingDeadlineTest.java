package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.Test;

class SendingDeadlineTest {
    private static final long USUAL_MS = 600_000;

    private final Turns turns = new Turns();
    private final ByteArrayEndPoint endPoint = new ByteArrayEndPoint(new Turns(), USUAL_MS) {
        @Override
        protected void onIdleExpired(TimeoutException timeout) {
            // Whoever still sends something is not idle.
        }
    };
    private final SendingDeadline deadline =
            new SendingDeadline(new ClientConnection(endPoint, turns, Runnable::run, () -> false));

    @Test
    void whoSendsNothingInTimeMayBeSilentNoMore() {
        deadline.beginWait(Duration.ZERO);
        turns.next();

        assertThat(endPoint.getIdleTimeout()).isOne();
        assertThat(endPoint.isOpen()).isTrue();
    }

    /** Bytes that come faster than silence is noticed, and are none of the body. */
    @Test
    void whoStillSendsSomethingElseAtTheNextLookIsCutOff() {
        deadline.beginWait(Duration.ZERO);
        turns.next();
        turns.next();

        assertThat(endPoint.isOpen()).isFalse();
    }

    @Test
    void whoSendsMoreMayBeSilentAsUsualAndHasItsTimeAnew() {
        deadline.beginWait(Duration.ZERO);
        turns.next();
        deadline.endWait();
        assertThat(endPoint.getIdleTimeout()).isEqualTo(USUAL_MS);

        deadline.beginWait(Duration.ofDays(1));
        turns.next();
        turns.next();

        assertThat(endPoint.getIdleTimeout()).isEqualTo(USUAL_MS);
        assertThat(endPoint.isOpen()).isTrue();
    }

    @Test
    void whoIsNotWaitedForIsNotLookedAt() {
        deadline.beginWait(Duration.ZERO);
        deadline.endWait();
        turns.next();

        assertThat(turns.waiting).isEmpty();
        assertThat(endPoint.isOpen()).isTrue();
    }

    /** Each in its turn, whenever it was to be. */
    private static final class Turns extends AbstractLifeCycle implements Scheduler {
        private final Queue<Runnable> waiting = new ArrayDeque<>();

        @Override
        public Task schedule(Runnable task, long delay, TimeUnit unit) {
            waiting.add(task);
            return () -> waiting.remove(task);
        }

        void next() {
            waiting.remove().run();
        }
    }
}
