package dev.posthaste.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All of it or nothing, whatever is thrown. */
class OneTransactionIT {
    private final TestDatabase database = TestDatabase.empty();

    @BeforeEach
    void aTable() throws SQLException {
        database.execute("create table t (n int)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatItHasDoneIsCommitted() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            int added = OneTransaction.on(connection, OneTransactionIT::add);
            assertThat(added).isOne();
            assertThat(connection.getAutoCommit()).isTrue();
        }
        assertThat(rows()).isOne();
    }

    /** An Error is no Exception, and to leave the mode of a transaction commits what is open. */
    @Test
    void anErrorAnExceptionAndARefusalOfTheDatabaseLeaveNothing() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            for (Throwable thrown : new Throwable[] {
                new StackOverflowError("as a test wants"),
                new IllegalStateException("as a test wants"),
                new SQLException("as a test wants")
            }) {
                assertThatThrownBy(() -> OneTransaction.on(connection, open -> {
                            add(open);
                            throw OneTransactionIT.<RuntimeException>as(thrown);
                        }))
                        .isSameAs(thrown);
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(rows()).as(thrown.toString()).isZero();
            }
        }
    }

    /** The connection is of no more use; why it came to that is what is told. */
    @Test
    void whatWasThrownIsToldAlsoWhereTheConnectionIsGone() throws SQLException {
        StackOverflowError thrown = new StackOverflowError("as a test wants");
        try (Connection connection = database.dataSource().getConnection()) {
            assertThatThrownBy(() -> OneTransaction.on(connection, open -> {
                        open.close();
                        throw thrown;
                    }))
                    .isSameAs(thrown);
        }
        assertThat(thrown.getSuppressed()).hasSize(1);
    }

    private static int add(Connection connection) throws SQLException {
        return Rows.update(connection, "insert into t values (1)", values -> {});
    }

    private long rows() throws SQLException {
        return database.number("select count(*) from t");
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T as(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
