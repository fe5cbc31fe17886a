package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log says of a node that cannot check in. */
class CheckInsTest {
    private static final int FAILURES = 20;

    private final Logger logger = (Logger) LoggerFactory.getLogger(CheckIns.class);
    private final ListAppender<ILoggingEvent> told = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger tries = new AtomicInteger();

    @BeforeEach
    void listen() {
        told.start();
        logger.addAppender(told);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(told);
    }

    @Test
    void anOutageIsOneErrorAndOneLineWhenItIsOver() {
        checkInUntilItIsOver(Duration.ZERO);

        assertThat(lines())
                .containsExactly(
                        "ERROR This node could not check in, and tries again in 1 ms: java.sql.SQLException: try 1",
                        "INFO This node checks in again; it could not 20 times in a row");
        assertThat(told.list.get(0).getThrowableProxy())
                .as("where it came from")
                .isNotNull();
    }

    @Test
    void aLongOutageIsOneLineMoreForEachMinuteWithHowManyFailed() {
        checkInUntilItIsOver(Duration.ofSeconds(6));

        assertThat(lines())
                .containsExactly(
                        "ERROR This node could not check in, and tries again in 1 ms: java.sql.SQLException: try 1",
                        "ERROR This node could not check in 11 times in a row, and goes on trying:"
                                + " java.sql.SQLException: try 11",
                        "INFO This node checks in again; it could not 20 times in a row");
    }

    /** It has left by then, and is a member no more: nobody has to do anything. */
    @Test
    void aCheckInThatFailsAsItsNodeStopsIsNoError() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicReference<Thread> under = new AtomicReference<>();
        CheckIns.Work work = () -> {
            if (tries.incrementAndGet() > 1) {
                under.set(Thread.currentThread());
                second.countDown();
                closed.await();
                throw new SQLException("this node has left");
            }
        };
        CheckIns checkIns = new CheckIns(Duration.ofMillis(1), work, new WatchedThreads(), nanos::get);
        checkIns.start();
        second.await();

        checkIns.close();
        closed.countDown();

        assertThat(under.get()).isNotNull().satisfies(thread -> thread.join(30_000));
        assertThat(lines()).isEmpty();
    }

    @Test
    void theNextOutageIsToldOfAtOnce() {
        FailuresInARow failures = new FailuresInARow(nanos::get);
        assertThat(failures.failed()).hasValue(1);
        assertThat(failures.failed()).isEmpty();
        assertThat(failures.ended()).isEqualTo(2);
        assertThat(failures.ended()).isZero();

        assertThat(failures.failed()).hasValue(1);
    }

    /** @param each so much passes with each check-in */
    private void checkInUntilItIsOver(Duration each) {
        CheckIns.Work work = () -> {
            nanos.addAndGet(each.toNanos());
            int now = tries.incrementAndGet();
            if (now <= FAILURES) {
                throw new SQLException("try " + now);
            }
        };
        try (CheckIns checkIns = new CheckIns(Duration.ofMillis(1), work, new WatchedThreads(), nanos::get)) {
            checkIns.start();
            await().until(() -> tries.get() > FAILURES + 1);
        }
    }

    private List<String> lines() {
        return told.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }
}
