package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A statement with what is to be bound, so that several of different tables' owners can go to the database together: one
 * way there and back for all, which on a busy machine costs more than what the statements do.
 *
 * @param sql without a semicolon
 * @param reader of what a query finds, null for a statement without result
 */
public record BoundStatement(
        String sql, Binding binding, @Nullable Reader reader) {
    /** Binds a statement's parameters. */
    public interface Binding {
        /** Binds from the parameter {@code first} on, and returns the one behind the last. */
        int bind(PreparedStatement statement, int first) throws SQLException;
    }

    /** Reads what a query finds. */
    public interface Reader {
        /** Called once, before the first row. */
        void read(ResultSet rows) throws SQLException;
    }

    /** A statement that is executed for its effect. */
    public static BoundStatement effect(String sql, Binding binding) {
        return new BoundStatement(sql, binding, null);
    }

    /** A query. */
    public static BoundStatement query(String sql, Binding binding, Reader reader) {
        return new BoundStatement(sql, binding, reader);
    }

    /** Executes this one by itself. */
    public void execute(Connection connection) throws SQLException {
        executeAll(connection, List.of(this));
    }

    /** Executes the statements in their order, sent together; each sees what those before it have done. */
    public static void executeAll(Connection connection, List<BoundStatement> statements) throws SQLException {
        if (statements.isEmpty()) {
            return;
        }
        String all = statements.stream().map(BoundStatement::sql).collect(Collectors.joining(";\n"));
        try (PreparedStatement prepared = connection.prepareStatement(all)) {
            int next = 1;
            for (BoundStatement statement : statements) {
                next = statement.binding().bind(prepared, next);
            }
            prepared.execute();
            for (BoundStatement statement : statements) {
                if (statement.reader() != null) {
                    try (ResultSet rows = prepared.getResultSet()) {
                        statement.reader().read(rows);
                    }
                }
                prepared.getMoreResults();
            }
        }
    }
}
