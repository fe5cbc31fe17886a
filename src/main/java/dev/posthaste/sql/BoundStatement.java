package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
        String sql, Parameters.Binding binding, @Nullable Reader reader) {
    /** Reads what a query finds. */
    public interface Reader {
        /** Called once, before the first row. */
        void read(ResultSet rows) throws SQLException;
    }

    /** A statement that is executed for its effect. */
    public static BoundStatement effect(String sql, Parameters.Binding binding) {
        return new BoundStatement(sql, binding, null);
    }

    /** A statement with names that is executed for its effect. */
    public static BoundStatement effect(NamedSql sql, NamedSql.Binding binding) {
        return effect(sql.text(), sql.binding(binding));
    }

    /** A query. */
    public static BoundStatement query(String sql, Parameters.Binding binding, Reader reader) {
        return new BoundStatement(sql, binding, reader);
    }

    /** A query whose rows are handed over all together, by their keys. */
    public static <K, V> BoundStatement map(
            String sql,
            Parameters.Binding binding,
            Rows.Reader<K> keys,
            Rows.Reader<V> values,
            Consumer<Map<K, V>> receiver) {
        return query(sql, binding, rows -> {
            Map<K, V> map = new HashMap<>();
            while (rows.next()) {
                map.put(keys.read(rows), values.read(rows));
            }
            receiver.accept(map);
        });
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
            Parameters parameters = new Parameters(prepared);
            for (BoundStatement statement : statements) {
                statement.binding().bind(parameters);
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
