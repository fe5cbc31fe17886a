package dev.posthaste.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowsIT {
    private static final String THOUSAND = "select generate_series(1, 1000) as number";

    private final TestDatabase database = TestDatabase.empty();

    @AfterAll
    void close() {
        database.close();
    }

    /** The database keeps the rest, behind a portal, for as long as there is any. */
    @Test
    void inATransactionLargeRowsAreReadSoManyAtATime() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Set<Integer> read = new HashSet<>();
            Set<Boolean> more = new HashSet<>();

            Rows.each(connection, THOUSAND, parameters -> {}, 100, row -> {
                read.add(row.getInt("number"));
                more.add(hasPortal(connection));
            });

            assertThat(read).hasSize(1_000);
            assertThat(more).contains(true);
        }
    }

    @Test
    void othersAreReadAtOnce() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Set<Boolean> more = new HashSet<>();

            Rows.each(connection, THOUSAND, parameters -> {}, row -> more.add(hasPortal(connection)));

            assertThat(more).containsExactly(false);
        }
    }

    private static boolean hasPortal(Connection connection) throws SQLException {
        // Its own has no name.
        return Rows.exist(
                connection,
                "select 1 from pg_cursors where name <> '' and statement like '%generate_series%'",
                parameters -> {});
    }
}
