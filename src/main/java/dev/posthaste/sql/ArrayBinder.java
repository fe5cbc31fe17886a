package dev.posthaste.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Binds the columns of many rows as arrays, one parameter a column, for statements that {@code unnest} them. Instants go as
 * milliseconds since 1970, to be read by {@code to_timestamp(ms / 1000::float8)}. That is exact to the microsecond, and
 * without numerics, whose division is slow.
 *
 * <p>Inserts and queries join the arrays. An update of rows that other transactions may be changing must not: where it waited
 * for several of them, PostgreSQL 18.0 and 18.1 lose all but the first. Later releases and 15 do not. It finds its row's
 * place by {@code width_bucket} in an array of keys that is in order, and there its values.
 *
 * <p>Not thread-safe.
 */
public final class ArrayBinder<T> {
    private final PreparedStatement statement;
    private final List<T> rows;
    private int next;

    /** Binds from the statement's first parameter on. */
    public ArrayBinder(PreparedStatement statement, Collection<T> rows) {
        this(statement, 1, rows);
    }

    /** Binds from the parameter {@code first} on. */
    public ArrayBinder(PreparedStatement statement, int first, Collection<T> rows) {
        this.statement = statement;
        this.next = first;
        this.rows = List.copyOf(rows);
    }

    /** The parameter behind those that are bound. */
    public int next() {
        return next;
    }

    /** A {@code bigint[]}. */
    public ArrayBinder<T> longs(ToLongFunction<T> column) throws SQLException {
        return bind("bigint", rows.stream().mapToLong(column).toArray());
    }

    /** An {@code integer[]}, nulls included. */
    public ArrayBinder<T> ints(Function<T, @Nullable Integer> column) throws SQLException {
        return bind("integer", column(column, new Integer[rows.size()]));
    }

    /** A {@code text[]}, nulls included. */
    public ArrayBinder<T> texts(Function<T, @Nullable String> column) throws SQLException {
        return bind("text", column(column, new String[rows.size()]));
    }

    /** A {@code boolean[]}. */
    public ArrayBinder<T> booleans(Function<T, Boolean> column) throws SQLException {
        return bind("boolean", column(column, new Boolean[rows.size()]));
    }

    /** A {@code bigint[]} of milliseconds since 1970, nulls included. */
    public ArrayBinder<T> instants(Function<T, @Nullable Instant> column) throws SQLException {
        Function<T, @Nullable Long> millis = row -> {
            Instant instant = column.apply(row);
            return instant == null ? null : instant.toEpochMilli();
        };
        return bind("bigint", column(millis, new Long[rows.size()]));
    }

    /** Executes the statement, for its effect. */
    public int execute() throws SQLException {
        return statement.executeUpdate();
    }

    private <V> @Nullable V[] column(Function<T, @Nullable V> column, @Nullable V[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        return values;
    }

    private ArrayBinder<T> bind(String type, Object values) throws SQLException {
        statement.setArray(
                next, statement.getConnection().unwrap(PGConnection.class).createArrayOf(type, values));
        next++;
        return this;
    }
}
