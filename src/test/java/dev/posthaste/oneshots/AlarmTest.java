package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AlarmTest {
    private final GivenTimer timer = new GivenTimer();
    private int rings;
    private Runnable onRing = () -> {};
    private final Alarm alarm = new Alarm(this::ring, timer);

    @Test
    void itRingsWhenItIsTimeAndOnce() {
        alarm.within(5);
        timer.pass(4);
        assertThat(rings).isZero();

        timer.pass(1);
        assertThat(rings).isOne();
        timer.pass(1_000);
        assertThat(rings).isOne();
    }

    @Test
    void whatIsTimeAlreadyRingsAtOnce() {
        alarm.within(0);
        alarm.within(-3);

        assertThat(rings).isEqualTo(2);
        assertThat(timer.pending()).isZero();
    }

    /** Whoever is woken may be faster than the alarm's own thread: the next instant was lost then. */
    @Test
    void anAlarmThatIsSetWhileItRingsRingsAgain() {
        onRing = () -> alarm.within(5);
        alarm.within(1);

        timer.pass(11);

        assertThat(rings).isEqualTo(3);
    }

    @Test
    void anEarlierInstantTakesThePlaceOfALaterOne() {
        alarm.within(3_600_000);
        alarm.within(5);
        alarm.within(5);
        alarm.within(3_600_000);
        assertThat(timer.pending()).isOne();

        timer.pass(5);

        assertThat(rings).isOne();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void afterTheEndItDoesNotRing() {
        alarm.within(5);

        alarm.close();
        alarm.within(5);
        timer.pass(5);

        assertThat(rings).isZero();
        assertThat(timer.isClosed()).isTrue();
    }

    /** What was pending had been taken back by then, and counted as pending for ever. */
    @Test
    void aTimerThatFailedOnceRingsTheNextTime() {
        alarm.within(1_000);
        timer.fails(true);
        assertThatThrownBy(() -> alarm.within(500)).isInstanceOf(OutOfMemoryError.class);
        timer.fails(false);

        timer.pass(10_000);
        alarm.within(100);
        timer.pass(100);

        assertThat(rings).isOne();
    }

    private void ring() {
        rings++;
        onRing.run();
    }
}
