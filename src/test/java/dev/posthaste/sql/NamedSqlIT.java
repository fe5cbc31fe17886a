package dev.posthaste.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamedSqlIT {
    private final TestDatabase database = TestDatabase.empty();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aNameIsBoundWhereverItStandsAndCastsAreNone() throws SQLException {
        NamedSql sql = NamedSql.of("""
                select :who || array_to_string(:words, '-') || :count::text || :who || coalesce(:none, 7)
                       || array_to_string(:ids, ',') || array_to_string(:parts::int[], '+')
                """);

        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = sql.prepare(connection)) {
            sql.values(statement)
                    .text("who", "x")
                    .texts("words", List.of("a", "b"))
                    .number("count", 3)
                    .integer("none", null)
                    .numbers("ids", List.of(1L, 2L))
                    .integers("parts", List.of(4, 5));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("xa-b3x71,24+5");
            }
        }
    }

    @Test
    void aNameThatTheStatementHasNotIsRefused() throws SQLException {
        NamedSql sql = NamedSql.of("select :who");

        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = sql.prepare(connection)) {
            assertThatThrownBy(() -> sql.values(statement).text("whom", "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("whom");
        }
    }
}
