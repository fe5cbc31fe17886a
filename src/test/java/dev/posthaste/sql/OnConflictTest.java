package dev.posthaste.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OnConflictTest {
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void whoMetAnotherTransactionBeginsAgain() throws SQLException {
        assertThat(OnConflict.repeat(() -> failing(3, "40P01"))).isEqualTo("done");

        assertThat(runs).hasValue(4);
    }

    @Test
    void whoMeetsOthersTenTimesGivesUp() {
        assertThatThrownBy(() -> OnConflict.repeat(() -> failing(Integer.MAX_VALUE, "40001")))
                .isInstanceOf(SQLException.class);

        assertThat(runs).hasValue(10);
    }

    @Test
    void whatFailsForAnotherReasonIsNotRepeated() {
        for (String state : new String[] {"23505", "55P03", "08006"}) {
            runs.set(0);
            assertThatThrownBy(() -> OnConflict.repeat(() -> failing(1, state))).isInstanceOf(SQLException.class);
            assertThat(runs).as(state).hasValue(1);
        }
    }

    private String failing(int times, String state) throws SQLException {
        if (runs.incrementAndGet() <= times) {
            throw new SQLException("as a test wants", state);
        }
        return "done";
    }
}
