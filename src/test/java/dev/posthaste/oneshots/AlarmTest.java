package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AlarmTest {
    /** Whoever is woken may be faster than the alarm's own thread: the next instant was lost then. */
    @Test
    void anAlarmThatIsSetWhileItRingsRingsAgain() throws InterruptedException {
        CountDownLatch rings = new CountDownLatch(3);
        AtomicReference<Alarm> self = new AtomicReference<>();
        Runnable ringAndSetAgain = () -> {
            rings.countDown();
            Objects.requireNonNull(self.get()).within(5);
        };
        try (Alarm alarm = new Alarm(ringAndSetAgain, new WatchedThreads())) {
            self.set(alarm);

            alarm.within(1);

            assertThat(rings.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anEarlierInstantTakesThePlaceOfALaterOne() throws InterruptedException {
        CountDownLatch rings = new CountDownLatch(1);
        try (Alarm alarm = new Alarm(rings::countDown, new WatchedThreads())) {
            alarm.within(TimeUnit.HOURS.toMillis(1));
            alarm.within(5);
            alarm.within(TimeUnit.HOURS.toMillis(1));

            assertThat(rings.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
