package dev.posthaste.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import org.apache.tomcat.jdbc.pool.PoolExhaustedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFailureTest {
    @ParameterizedTest
    @ValueSource(strings = {"40P01", "40001"})
    void whoMetAnotherTransactionMayRepeatAtOnce(String state) {
        assertThat(SqlFailure.of(failure(state))).contains(SqlFailure.CONFLICT);
        assertThat(SqlFailure.isPassing(failure(state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22001", "22021", "22P05", "23505", "23514", "54000"})
    void valuesThatCannotBeKeptAreAtFaultThemselves(String state) {
        assertThat(SqlFailure.of(failure(state))).contains(SqlFailure.DATA);
        assertThat(SqlFailure.isPassing(failure(state))).isFalse();
    }

    /** Away, full, locked, cancelled, read-only, idle for too long, a changed password, no rights, a state nobody knows. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "08006", "08001", "57P01", "57P03", "57P05", "57014", "55P03", "53100", "53200", "53300", "25006",
                "25P03", "28P01", "42501", "58030", "XX000", "99999", ""
            })
    void whateverElseFailsIsTheDatabasesAndPasses(String state) {
        assertThat(SqlFailure.of(failure(state))).contains(SqlFailure.DATABASE);
        assertThat(SqlFailure.isPassing(new IllegalStateException(failure(state))))
                .isTrue();
    }

    @Test
    void aPoolWithoutAConnectionIsTheDatabases() {
        assertThat(SqlFailure.of(new PoolExhaustedException("none left"))).contains(SqlFailure.DATABASE);
    }

    @Test
    void whatIsNoFailureOfAStatementIsOurs() {
        assertThat(SqlFailure.of(new IOException("gone"))).isEmpty();
        assertThat(SqlFailure.of(new SQLException("work failed", new IllegalStateException("a fault of ours"))))
                .isEmpty();
    }

    @Test
    void onlyABrokenSessionHidesWhetherACommitWasMade() {
        assertThat(SqlFailure.hidesTheCommit(failure("08006"))).isTrue();
        assertThat(SqlFailure.hidesTheCommit(failure("57P01"))).isTrue();
        assertThat(SqlFailure.hidesTheCommit(failure("40001"))).isFalse();
        assertThat(SqlFailure.hidesTheCommit(failure("53100"))).isFalse();
    }

    private static SQLException failure(String state) {
        return new SQLException("failed", state);
    }
}
