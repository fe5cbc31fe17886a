package dev.posthaste.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What is made for all who look is made once for each thing that they ask, and is soon made anew. */
class MadeForAllTest {
    /** What was made, in order. */
    private final Queue<String> made = new ConcurrentLinkedQueue<>();

    private final MadeForAll<String, String> forAll =
            new MadeForAll<>(this::make, (String key, String value) -> value.length());

    private String make(String key) throws SQLException {
        made.add(key);
        if (key.startsWith("failing") && made.size() == 1) {
            throw new SQLException("away");
        }
        return key + " " + made.size();
    }

    @Test
    void whoAsksTheSameIsToldTheSameAndWhoAsksSomethingElseIsNot() throws Exception {
        assertThat(forAll.of("a")).isEqualTo("a 1");
        assertThat(forAll.of("a")).isEqualTo("a 1");
        assertThat(forAll.of("b")).isEqualTo("b 2");
    }

    /** Two seconds, and no more than a busy machine adds to them. */
    @Test
    void whatIsTwoSecondsOldIsMadeAnew() throws Exception {
        forAll.of("a");

        await().atMost(Duration.ofSeconds(10)).until(() -> forAll.of("a").equals("a 2"));
    }

    @Test
    void whatIsRenewedIsToldToWhoAsksLater() throws Exception {
        forAll.of("a");

        assertThat(forAll.renewed("a")).isEqualTo("a 2");
        assertThat(forAll.of("a")).isEqualTo("a 2");
    }

    @Test
    void whatCouldNotBeMadeIsTriedAgainByTheNext() throws Exception {
        assertThatThrownBy(() -> forAll.of("failing")).isInstanceOf(SQLException.class);

        assertThat(forAll.of("failing")).isEqualTo("failing 2");
    }

    @Test
    void whoWaitsForOneThatFailsIsToldSoAndDoesNotTryForHimself() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayFail = new CountDownLatch(1);
        MadeForAll<String, String> slow = new MadeForAll<>(
                key -> {
                    made.add(key);
                    begun.countDown();
                    try {
                        mayFail.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    throw new SQLException("away");
                },
                (String key, String value) -> 1);
        List<Thread> waiting = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(4, task -> {
            Thread thread = new Thread(task);
            waiting.add(thread);
            return thread;
        });
        List<Future<Boolean>> failed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            failed.add(threads.submit(() -> {
                try {
                    slow.of("a");
                    return false;
                } catch (SQLException e) {
                    return true;
                }
            }));
            begun.await();
        }
        await().until(() -> waiting.stream()
                .allMatch(thread ->
                        thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING));

        mayFail.countDown();
        threads.shutdown();

        for (Future<Boolean> one : failed) {
            assertThat(one.get()).isTrue();
        }
        assertThat(made).hasSize(1);
    }
}
