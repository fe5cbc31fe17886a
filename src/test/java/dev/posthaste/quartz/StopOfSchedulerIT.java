package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.posthaste.postgres.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the end of a scheduler waits for, and what it does not. */
class StopOfSchedulerIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final TestDatabase database = TestDatabase.fresh();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final AtomicBoolean isMute = new AtomicBoolean();

    @AfterEach
    void close() {
        answered.countDown();
        database.close();
    }

    /** As when the one that looks for misfires waits for an answer of a network that swallows everything. */
    @Test
    void quartzsOwnThreadThatWaitsForTheDatabaseKeepsNoNodeFromLeaving() throws Exception {
        try (TestNode node = TestNode.startOn(database.target(), this::muteForMisfires)) {
            await().atMost(LONG).until(() -> asked.getCount() == 0);
            assertThat(database.number("select count(*) from qrtz_scheduler_state"))
                    .isOne();

            assertTimeoutPreemptively(LONG, () -> node.stop(Duration.ZERO));

            assertThat(answered.getCount()).as("nobody has answered").isOne();
            assertThat(database.number("select count(*) from qrtz_scheduler_state"))
                    .isZero();
        }
    }

    /** By itself it would wait for each of its steps as long as for a database that is slow. */
    @Test
    void whoIsInAHurryDoesNotWaitForADatabaseThatDoesNotAnswer() throws Exception {
        try (TestNode node = TestNode.startOn(database.target(), this::muteWhenTold)) {
            isMute.set(true);
            await().atMost(LONG).until(() -> asked.getCount() == 0);

            // It is about this time: half a second for each step, not three.
            assertTimeoutPreemptively(Duration.ofSeconds(5), () -> node.stopInAHurry());

            assertThat(answered.getCount()).as("nobody has answered").isOne();
            answered.countDown();
        }
    }

    private DataSource muteWhenTold(DataSource pool) {
        return mute(pool, isMute::get);
    }

    private DataSource muteForMisfires(DataSource pool) {
        return mute(pool, () -> Thread.currentThread().getName().contains("MisfireHandler"));
    }

    private DataSource mute(DataSource pool, BooleanSupplier isMute) {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    if (isMute.getAsBoolean()) {
                        asked.countDown();
                        awaitAnswer();
                    }
                    try {
                        return method.invoke(pool, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** No interrupt ends it, as none ends a thread that waits for octets. */
    private void awaitAnswer() {
        for (boolean isWaiting = true; isWaiting; ) {
            try {
                answered.await();
                isWaiting = false;
            } catch (InterruptedException e) {
                // It waits on.
            }
        }
    }
}
