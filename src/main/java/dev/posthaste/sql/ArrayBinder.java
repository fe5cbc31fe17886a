package dev.posthaste.sql;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

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
    private final NamedSql.Values values;
    private final List<T> rows;

    ArrayBinder(NamedSql.Values values, Collection<T> rows) {
        this.values = values;
        this.rows = List.copyOf(rows);
    }

    /** A {@code bigint[]}. */
    public ArrayBinder<T> longs(String name, ToLongFunction<T> column) throws SQLException {
        return bind(name, "bigint", rows.stream().mapToLong(column).toArray());
    }

    /** An {@code integer[]}, nulls included. */
    public ArrayBinder<T> ints(String name, Function<T, @Nullable Integer> column) throws SQLException {
        return bind(name, "integer", column(column, new Integer[rows.size()]));
    }

    /** A {@code text[]}, nulls included. */
    public ArrayBinder<T> texts(String name, Function<T, @Nullable String> column) throws SQLException {
        return bind(name, "text", column(column, new String[rows.size()]));
    }

    /** A {@code boolean[]}. */
    public ArrayBinder<T> booleans(String name, Function<T, Boolean> column) throws SQLException {
        return bind(name, "boolean", column(column, new Boolean[rows.size()]));
    }

    /** A {@code float8[]}. */
    public ArrayBinder<T> doubles(String name, Function<T, Double> column) throws SQLException {
        return bind(name, "float8", column(column, new Double[rows.size()]));
    }

    /** A {@code bigint[]} of milliseconds since 1970, nulls included. */
    public ArrayBinder<T> instants(String name, Function<T, @Nullable Instant> column) throws SQLException {
        Function<T, @Nullable Long> millis = row -> {
            Instant instant = column.apply(row);
            return instant == null ? null : instant.toEpochMilli();
        };
        return bind(name, "bigint", column(millis, new Long[rows.size()]));
    }

    private <V> @Nullable V[] column(Function<T, @Nullable V> column, @Nullable V[] of) {
        for (int i = 0; i < of.length; i++) {
            of[i] = column.apply(rows.get(i));
        }
        return of;
    }

    private ArrayBinder<T> bind(String name, String type, Object array) throws SQLException {
        values.array(name, type, array);
        return this;
    }
}
