package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Executes a statement on the caller's connection and reads all of its rows into memory. */
public final class Rows {
    /** What the driver does unless it is told otherwise. */
    private static final int ALL = 0;

    private Rows() {}

    /** Reads something of the row that the result stands at. */
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Takes in the row that the result stands at. */
    public interface Receiver {
        void take(ResultSet row) throws SQLException;
    }

    /** A {@code timestamptz}. */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** The same; null for null. */
    public static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** Ids as the statement's first and only parameter, a {@code bigint[]}. */
    public static Parameters.Binding ids(Collection<Long> ids) {
        return parameters -> parameters.numbers(ids);
    }

    /** Executes a statement without a result; returns how many rows it has touched. */
    public static int update(Connection connection, String sql, Parameters.Binding binding) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.bind(new Parameters(statement));
            return statement.executeUpdate();
        }
    }

    /** Hands over each row, in their order. */
    public static void each(Connection connection, String sql, Parameters.Binding binding, Receiver receiver)
            throws SQLException {
        each(connection, sql, binding, ALL, receiver);
    }

    /**
     * Hands over each row of a statement whose rows may be large.
     *
     * @param atOnce so many are in memory at a time, where the connection is in a transaction; all of them where it is not
     */
    public static void each(
            Connection connection, String sql, Parameters.Binding binding, int atOnce, Receiver receiver)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.bind(new Parameters(statement));
            if (atOnce != ALL) {
                statement.setFetchSize(atOnce);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    receiver.take(row);
                }
            }
        }
    }

    /** The rows in their order. */
    public static <T> List<T> list(Connection connection, String sql, Parameters.Binding binding, Reader<T> reader)
            throws SQLException {
        List<T> list = new ArrayList<>();
        each(connection, sql, binding, row -> list.add(reader.read(row)));
        return list;
    }

    /** The first row, if there is one. */
    public static <T> Optional<T> first(Connection connection, String sql, Parameters.Binding binding, Reader<T> reader)
            throws SQLException {
        return list(connection, sql, binding, reader).stream().findFirst();
    }

    /** The row of a statement that always has one. */
    public static <T> T one(Connection connection, String sql, Parameters.Binding binding, Reader<T> reader)
            throws SQLException {
        return list(connection, sql, binding, reader).get(0);
    }

    /** Whether there is a row. */
    public static boolean exist(Connection connection, String sql, Parameters.Binding binding) throws SQLException {
        return !list(connection, sql, binding, row -> true).isEmpty();
    }

    /** The rows by their keys; of several with one key the last one. */
    public static <K, V> Map<K, V> map(
            Connection connection, String sql, Parameters.Binding binding, Reader<K> keys, Reader<V> values)
            throws SQLException {
        Map<K, V> map = new HashMap<>();
        each(connection, sql, binding, row -> map.put(keys.read(row), values.read(row)));
        return map;
    }
}
