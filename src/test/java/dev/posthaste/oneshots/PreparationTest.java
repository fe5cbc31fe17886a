package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is prepared for a claim when some of it cannot be. */
class PreparationTest {
    private static final String BAD_ROW = "a row that cannot be read";

    private final SavepointLog log = new SavepointLog();
    private long nanos = Long.MAX_VALUE - 5;
    private final Port port = new Port();
    private final Preparation preparation = new Preparation(new FiringPorts(Map.of("work", port)), () -> nanos);

    @Test
    void whatIsSoundIsPreparedAtOnceWithoutASavepoint() throws SQLException {
        assertThat(prepare(1, 2, 3)).containsOnly(Map.entry(key(1), 1), Map.entry(key(2), 2), Map.entry(key(3), 3));
        assertThat(port.asked).containsExactly(3);
        assertThat(log.calls()).isEmpty();
    }

    @Test
    void whatCannotBePreparedKeepsBackNoOther() throws SQLException {
        port.bad.add(key(2));

        Map<OneShotKey, Object> prepared = prepare(1, 2, 3, 4);

        assertThat(prepared)
                .hasSize(4)
                .containsEntry(key(1), 1)
                .containsEntry(key(3), 3)
                .containsEntry(key(4), 4);
        assertThat(prepared.get(key(2))).isInstanceOfSatisfying(Unprepared.class, one -> {
            assertThat(one.times()).isOne();
            assertThat(one.cause()).hasMessage(BAD_ROW);
        });
        assertThat(log.calls().stream().filter("rollback"::equals)).hasSize(3);
        assertThat(log.calls().stream().filter("setSavepoint"::equals))
                .hasSameSizeAs(
                        log.calls().stream().filter("releaseSavepoint"::equals).toList());
    }

    @Test
    void afterOneThatCouldNotBeThereIsASavepointForAWhile() throws SQLException {
        port.bad.add(key(1));
        prepare(1);
        port.bad.clear();
        log.calls().clear();

        nanos += Duration.ofMinutes(15).toNanos() - 1;
        prepare(2);
        assertThat(log.calls()).containsExactly("setSavepoint", "releaseSavepoint");

        nanos++;
        prepare(3);
        assertThat(log.calls()).hasSize(2);
    }

    @Test
    void itIsCountedHowOftenInARowItCouldNotBe() throws SQLException {
        port.bad.addAll(List.of(key(1), key(2)));
        prepare(1);
        prepare(1, 2);
        assertThat(times(prepare(1, 2), 1)).isEqualTo(3);

        port.bad.remove(key(1));
        assertThat(prepare(1, 2)).containsEntry(key(1), 1);
        port.bad.add(key(1));

        Map<OneShotKey, Object> prepared = prepare(1, 2);
        assertThat(times(prepared, 1)).isOne();
        assertThat(times(prepared, 2)).isEqualTo(4);
    }

    @Test
    void afterTenThousandTheOldestAreForgotten() throws SQLException {
        int[] all = IntStream.rangeClosed(1, 10_000).toArray();
        for (int one : all) {
            port.bad.add(key(one));
        }
        prepare(all);
        assertThat(times(prepare(1), 1)).isEqualTo(2);
        port.bad.add(key(10_001));
        prepare(10_001);

        assertThat(times(prepare(2), 2)).isEqualTo(2);
        assertThat(times(prepare(1), 1)).isOne();
    }

    /** The transaction has failed with it: there is nothing to go back to. */
    @Test
    void aStatementThatFailedFailsTheClaimAndTheNextOneIsCareful() throws SQLException {
        port.statement = new SQLException("22P02");
        port.bad.add(key(1));
        assertThatThrownBy(() -> prepare(1, 2)).isSameAs(port.statement);
        assertThat(log.calls()).isEmpty();

        assertThat(times(prepare(1, 2), 1)).isOne();
    }

    @Test
    void aStatementThatFailedBelowFailsTheClaimToo() {
        port.statement = new SQLException("22P02");
        port.isWrapped = true;
        port.bad.add(key(1));

        assertThatThrownBy(() -> prepare(1, 2)).hasRootCause(port.statement);
        assertThat(log.calls()).isEmpty();
    }

    @Test
    void whatIsTheFaultOfNoneFailsTheClaimAndMakesNobodyCareful() throws SQLException {
        port.isFaultOfOne = false;
        port.statement = new SQLException("53300");
        port.bad.add(key(1));
        assertThatThrownBy(() -> prepare(1, 2)).isSameAs(port.statement);
        port.bad.clear();

        prepare(1, 2);

        assertThat(log.calls()).isEmpty();
    }

    @Test
    void whatIsTheFaultOfNoneIsThrownOnByTheSearchForCulprits() {
        port.isFaultOfOne = false;
        port.bad.add(key(1));

        assertThatThrownBy(() -> prepare(1, 2)).hasMessage(BAD_ROW);
        assertThat(log.calls()).containsExactly("setSavepoint");
    }

    @Test
    void ofNothingNothingIsPrepared() throws SQLException {
        new Culprits(any -> true).setAside(log.connection(), List.of(), some -> {}, (one, failure) -> {});

        assertThat(log.calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 5000", "2, 10000", "3, 20000", "7, 320000", "8, 640000", "9, 640000", "1000000, 640000"})
    void whatCouldNotBePreparedIsTriedLaterAndLater(int times, long pauseMs) {
        assertThat(new Unprepared(new SQLException(), times).pauseMs()).isEqualTo(pauseMs);
    }

    private Map<OneShotKey, Object> prepare(int... numbers) throws SQLException {
        List<ClaimedOneShot> firings = IntStream.of(numbers)
                .mapToObj(number -> new ClaimedOneShot(
                        key(number), "work", "c", number, numbers.length, Instant.EPOCH, Instant.EPOCH, 0))
                .toList();
        return preparation.prepare(log.connection(), firings);
    }

    private static int times(Map<OneShotKey, Object> prepared, int number) {
        return Stream.of(prepared.get(key(number)))
                .map(Unprepared.class::cast)
                .mapToInt(Unprepared::times)
                .sum();
    }

    private static OneShotKey key(int number) {
        return new OneShotKey("q", "j" + number);
    }

    /** Prepares the number of each, all of them or none. */
    private static final class Port implements FiringPort {
        private final Set<OneShotKey> bad = new HashSet<>();
        private final List<Integer> asked = new ArrayList<>();
        private @Nullable SQLException statement;
        private boolean isWrapped;
        private boolean isFaultOfOne = true;

        @Override
        public Map<OneShotKey, ?> prepare(Connection connection, List<ClaimedOneShot> claimed) throws SQLException {
            asked.add(claimed.size());
            Map<OneShotKey, Object> prepared = new HashMap<>();
            for (ClaimedOneShot one : claimed) {
                if (bad.contains(one.key())) {
                    if (statement == null) {
                        throw new IllegalStateException(BAD_ROW);
                    }
                    if (isWrapped) {
                        throw new IllegalStateException(statement);
                    }
                    throw statement;
                }
                prepared.put(one.key(), one.place());
            }
            return prepared;
        }

        @Override
        public boolean isFaultOfOne(Exception failure) {
            return isFaultOfOne;
        }

        @Override
        public CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned) {
            return Set.of();
        }
    }
}
