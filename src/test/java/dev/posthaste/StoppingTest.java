package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.posthaste.ops.Duty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

/** How long a server that stops announces it. */
class StoppingTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final List<String> done = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final Server server = new Server();

    /** Else a supervisor that was told of {@code stopWithin} would kill it in the midst of its deliveries. */
    @Test
    void theAnnouncementCountsWithinTheTimeThatThereIs() {
        StopTime time = new StopTime(Duration.ofMillis(1), nanos::get);

        assertTimeoutPreemptively(LONG, () -> stop(time, DAY));

        assertThat(done).containsExactly("begins to stop");
    }

    @Test
    void whatIsLeftIsAnnouncedNoLongerThanWasAsked() {
        StopTime time = new StopTime(DAY, nanos::get);

        assertTimeoutPreemptively(LONG, () -> stop(time, Duration.ofMillis(1)));

        assertThat(done).containsExactly("begins to stop");
    }

    @Test
    void theTimeBeginsBeforeAnythingElse() {
        StopTime time = new StopTime(DAY, nanos::get);
        Duty duty = new Duty(() -> {}, () -> {}, () -> {
            assertThat(time.hasBegun()).isTrue();
            done.add("begins to stop");
        });

        stop(duty, time, Duration.ZERO);

        assertThat(done).containsExactly("begins to stop");
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(time.left()).isEqualTo(DAY.minusHours(1));
    }

    /** Else it would claim, and be called ready, until the announcement has passed. */
    @Test
    void itBeginsToStopBeforeItAnnouncesThat() {
        StopTime time = new StopTime(DAY, nanos::get);
        Duty hasty = new Duty(() -> {}, () -> {}, time::hasten);

        // Would go on for a day.
        assertTimeoutPreemptively(LONG, () -> stop(hasty, time, DAY));

        assertThat(hasty.isOpen()).isFalse();
    }

    /** There is nobody who follows its readiness. */
    @Test
    void aServerThatWasNeverUpAnnouncesNothing() {
        StopTime time = new StopTime(DAY, nanos::get);
        Stopping stopping = new Stopping(duty(), () -> 0, time, DAY);

        assertTimeoutPreemptively(LONG, () -> stopping.lifeCycleStopping(server));

        assertThat(done).isEmpty();
        assertThat(time.hasBegun()).isTrue();
    }

    private void stop(StopTime time, Duration announcement) {
        stop(duty(), time, announcement);
    }

    private void stop(Duty duty, StopTime time, Duration announcement) {
        Stopping stopping = new Stopping(duty, () -> 0, time, announcement);
        stopping.lifeCycleStarted(server);
        stopping.lifeCycleStopping(server);
    }

    private Duty duty() {
        return new Duty(() -> {}, () -> {}, () -> done.add("begins to stop"));
    }
}
