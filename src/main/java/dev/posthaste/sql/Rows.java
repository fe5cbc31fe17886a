package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Executes a statement on the caller's connection and reads all of its rows into memory. */
public final class Rows {
    private Rows() {}

    /** Sets the statement's parameters. */
    public interface Binding {
        void to(PreparedStatement statement) throws SQLException;
    }

    /** Reads something of the row that the result stands at. */
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Ids as the statement's first and only parameter, a {@code bigint[]}. */
    public static Binding ids(Collection<Long> ids) {
        return statement -> new ArrayBinder<>(statement, ids).longs(Long::longValue);
    }

    /** The rows in their order. */
    public static <T> List<T> list(Connection connection, String sql, Binding binding, Reader<T> reader)
            throws SQLException {
        List<T> list = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.to(statement);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    list.add(reader.read(row));
                }
            }
        }
        return list;
    }

    /** The rows by their keys; of several with one key the last one. */
    public static <K, V> Map<K, V> map(
            Connection connection, String sql, Binding binding, Reader<K> keys, Reader<V> values) throws SQLException {
        Map<K, V> map = new HashMap<>();
        for (Map.Entry<K, V> entry :
                list(connection, sql, binding, row -> Map.entry(keys.read(row), values.read(row)))) {
            map.put(entry.getKey(), entry.getValue());
        }
        return map;
    }
}
