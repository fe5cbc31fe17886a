package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.memory.ByteBudget;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RoomsTest {
    private static final int MEBIBYTE = 1024 * 1024;

    private final Rooms mine = new Rooms(Duration.ZERO);
    private final Rooms others = new Rooms(Duration.ZERO);

    @Test
    void whatACallHasTakenIsGivenBackAtItsEnd() {
        ByteBudget budget = new ByteBudget("test", 100);

        try (Rooms call = new Rooms(Duration.ZERO)) {
            call.take(budget, 40);
            call.take(budget, 60).shrinkTo(10);
            assertThat(budget.held()).isEqualTo(50);
        }

        assertThat(budget.held()).isZero();
    }

    @Test
    void whoFindsNoRoomIsAskedToTryAgain() {
        ByteBudget budget = new ByteBudget("test", 100);
        others.take(budget, 60);

        assertThatThrownBy(() -> mine.take(budget, 60))
                .hasMessage("The server is busy with other requests. Try again.")
                .asInstanceOf(InstanceOfAssertFactories.type(ApiException.class))
                .satisfies(busy -> {
                    assertThat(busy.response().getStatus()).isEqualTo(503);
                    assertThat(busy.response().getHeaderString("Retry-After")).isNotBlank();
                });
    }

    @Test
    void ordinaryBodiesDoNotWaitForLargeOnes() {
        IntakeLanes lanes = new IntakeLanes(new ByteBudget("test", 8L * MEBIBYTE));

        lanes.take(others, 16L * MEBIBYTE);

        lanes.take(mine, IntakeLanes.MAX_ORDINARY);
        assertThatThrownBy(() -> lanes.take(mine, IntakeLanes.MAX_ORDINARY + 1L))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void largeBodiesDoNotWaitForOrdinaryOnes() {
        IntakeLanes lanes = new IntakeLanes(new ByteBudget("test", 8L * MEBIBYTE));

        for (int i = 0; i < 4; i++) {
            lanes.take(others, IntakeLanes.MAX_ORDINARY);
        }

        assertThatThrownBy(() -> lanes.take(mine, IntakeLanes.MAX_ORDINARY)).isInstanceOf(ApiException.class);
        lanes.take(mine, MEBIBYTE);
    }

    /** Without this rule it would wait for a day. */
    @Test
    @Timeout(60)
    void whoFindsVeryManyWaitingIsAskedToTryAgainAtOnce() throws InterruptedException {
        ByteBudget budget = new ByteBudget("test", 1_000);
        others.take(budget, 1_000);
        ExecutorService waiting = Executors.newCachedThreadPool();
        try {
            for (int i = 0; i < 200; i++) {
                waiting.execute(() -> new Rooms(Duration.ofDays(1)).take(budget, 1));
            }
            await().until(() -> budget.waiting() == 200);

            assertThatThrownBy(() -> new Rooms(Duration.ofDays(1)).take(budget, 1))
                    .isInstanceOf(ApiException.class);
        } finally {
            others.close();
            waiting.shutdown();
        }
        assertThat(waiting.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
}
