package dev.posthaste.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ByteBudget budget = new ByteBudget("test", 100);

    @Test
    void whatFitsIsTakenAtOnceAndWhatDoesNotIsRefusedWithoutPatience() throws InterruptedException {
        ByteBudget.Room first = take(60);

        assertThat(budget.take(41, Duration.ZERO)).isEmpty();
        assertThat(budget.take(40, Duration.ZERO)).isPresent();
        assertThat(budget.held()).isEqualTo(100);
        first.close();
        assertThat(budget.held()).isEqualTo(40);
    }

    @Test
    void whatIsGivenBackTwiceCountsOnce() throws InterruptedException {
        ByteBudget.Room first = take(60);
        ByteBudget.Room second = take(40);

        first.close();
        first.close();

        assertThat(budget.held()).isEqualTo(40);
        second.close();
        assertThat(budget.held()).isZero();
    }

    @Test
    void whatIsNotNeededIsForOthersAndNothingIsTakenByShrinking() throws InterruptedException {
        ByteBudget.Room room = take(100);
        room.shrinkTo(30);
        room.shrinkTo(90);

        assertThat(budget.held()).isEqualTo(30);
        assertThat(budget.take(70, Duration.ZERO)).isPresent();
    }

    @Test
    void whoHoldsAPartGoesOnBeyondTheBudgetOneAtATime() throws InterruptedException {
        ByteBudget.Room first = budget.empty();
        ByteBudget.Room second = budget.empty();
        assertThat(first.grow(50, Duration.ZERO)).isTrue();
        assertThat(second.grow(50, Duration.ZERO)).isTrue();

        assertThat(first.grow(50, Duration.ZERO)).isTrue();
        assertThat(second.grow(50, Duration.ZERO)).isFalse();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> grow(second));
        awaitWaiting(1);
        assertThat(first.grow(50, Duration.ZERO)).isTrue();
        assertThat(budget.held()).isEqualTo(200);
        first.close();

        assertThat(waiting.join()).isTrue();
        assertThat(second.grow(900, Duration.ZERO)).isTrue();
        second.close();
        assertThat(budget.held()).isZero();
        assertThat(budget.empty().grow(1_000, Duration.ZERO)).isTrue();
    }

    private static boolean grow(ByteBudget.Room room) {
        try {
            return room.grow(50, LONG);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsLargerThanTheWholeGetsItsTurnWhenNobodyHoldsAnything() throws InterruptedException {
        ByteBudget.Room small = take(1);
        CompletableFuture<ByteBudget.Room> huge = taking(1_000);
        awaitWaiting(1);

        small.close();

        huge.join();
        assertThat(budget.held()).isEqualTo(1_000);
    }

    @Test
    void aLargePieceIsNotPassedBySmallOnesThatCameLater() throws InterruptedException {
        ByteBudget.Room first = take(50);
        CompletableFuture<ByteBudget.Room> large = taking(80);
        awaitWaiting(1);
        CompletableFuture<ByteBudget.Room> small = taking(10);
        awaitWaiting(2);

        first.close();

        large.join();
        small.join();
        assertThat(budget.held()).isEqualTo(90);
    }

    @Test
    void whoGivesUpWaitingLetsTheNextOneIn() throws InterruptedException {
        take(50);
        CompletableFuture<Boolean> impatient = CompletableFuture.supplyAsync(() -> {
            try {
                return budget.take(80, Duration.ofMillis(200)).isPresent();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        awaitWaiting(1);

        assertThat(take(10)).isNotNull();

        assertThat(impatient.join()).isFalse();
        assertThat(budget.waiting()).isZero();
        assertThat(budget.held()).isEqualTo(60);
    }

    @Test
    void aShareOfTheHeapIsOne() {
        long heap = Runtime.getRuntime().maxMemory();

        assertThat(ByteBudget.ofHeap("test", 20).bytes()).isBetween(heap / 6, heap / 5);
        assertThatThrownBy(() -> new ByteBudget("test", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private ByteBudget.Room take(long bytes) throws InterruptedException {
        return budget.take(bytes, LONG).orElseThrow();
    }

    private CompletableFuture<ByteBudget.Room> taking(long bytes) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return take(bytes);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void awaitWaiting(int count) {
        Awaitility.await().atMost(LONG).until(() -> budget.waiting() == count);
    }
}
