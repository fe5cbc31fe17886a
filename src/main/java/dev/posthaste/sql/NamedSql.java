package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A statement with more parameters than can be counted at a glance: each has a name, {@code :name}, and may stand in several
 * places. For statements of ours only: what looks like a name in a text or a comment is taken for one. Immutable.
 */
public final class NamedSql {
    /** Not the second colon of a cast. */
    private static final Pattern NAME = Pattern.compile("(?<![:\\w]):([a-z]\\w*)");

    private final String sql;
    private final Map<String, List<Integer>> places = new HashMap<>();
    private final int count;

    private NamedSql(String named) {
        Matcher name = NAME.matcher(named);
        int place = 0;
        while (name.find()) {
            places.computeIfAbsent(name.group(1), ignored -> new ArrayList<>()).add(place++);
        }
        this.count = place;
        this.sql = name.replaceAll("?");
    }

    /** Reads the names. */
    public static NamedSql of(String named) {
        return new NamedSql(named);
    }

    /** Sets all of a statement's parameters. */
    public interface Binding {
        void bind(Values values) throws SQLException;
    }

    /** With a question mark in each place. */
    public String text() {
        return sql;
    }

    /** Puts values in their places. */
    public Parameters.Binding binding(Binding named) {
        return parameters -> named.bind(new Values(parameters.statement(), parameters.leave(count)));
    }

    /** Prepares it; the caller closes what is prepared. */
    public PreparedStatement prepare(Connection connection) throws SQLException {
        return connection.prepareStatement(sql);
    }

    /** To be bound to what was prepared. */
    public Values values(PreparedStatement statement) {
        return new Values(statement, 1);
    }

    /** Executes it for its effect; returns how many rows it has touched. */
    public int update(Connection connection, Binding named) throws SQLException {
        return Rows.update(connection, sql, binding(named));
    }

    /** Hands over each row, in their order. */
    public void each(Connection connection, Binding named, Rows.Receiver receiver) throws SQLException {
        Rows.each(connection, sql, binding(named), receiver);
    }

    /** Hands over each row, of which so many are in memory at a time, where the connection is in a transaction. */
    public void each(Connection connection, Binding named, int atOnce, Rows.Receiver receiver) throws SQLException {
        Rows.each(connection, sql, binding(named), atOnce, receiver);
    }

    /** The first row, if there is one. */
    public <T> Optional<T> first(Connection connection, Binding named, Rows.Reader<T> reader) throws SQLException {
        return Rows.first(connection, sql, binding(named), reader);
    }

    /** The rows by their keys; of several with one key the last one. */
    public <K, V> Map<K, V> map(Connection connection, Binding named, Rows.Reader<K> keys, Rows.Reader<V> values)
            throws SQLException {
        return Rows.map(connection, sql, binding(named), keys, values);
    }

    /** The parameters of a prepared statement. A name that it has not is an {@link IllegalArgumentException}. */
    public final class Values {
        private final PreparedStatement statement;
        private final int first;

        private Values(PreparedStatement statement, int first) {
            this.statement = statement;
            this.first = first;
        }

        /** A {@code text}, or null. */
        public Values text(String name, @Nullable String value) throws SQLException {
            for (int place : placesOf(name)) {
                statement.setString(first + place, value);
            }
            return this;
        }

        /** A {@code bigint}. */
        public Values number(String name, long value) throws SQLException {
            for (int place : placesOf(name)) {
                statement.setLong(first + place, value);
            }
            return this;
        }

        /** A {@code bigint}, or null. */
        public Values numberOrNull(String name, @Nullable Long value) throws SQLException {
            for (int place : placesOf(name)) {
                statement.setObject(first + place, value, Types.BIGINT);
            }
            return this;
        }

        /** An {@code integer}, or null. */
        public Values integer(String name, @Nullable Integer value) throws SQLException {
            for (int place : placesOf(name)) {
                statement.setObject(first + place, value, Types.INTEGER);
            }
            return this;
        }

        /** A {@code boolean}. */
        public Values flag(String name, boolean value) throws SQLException {
            for (int place : placesOf(name)) {
                statement.setBoolean(first + place, value);
            }
            return this;
        }

        /** A {@code text[]}. */
        public Values texts(String name, Collection<String> values) throws SQLException {
            return array(name, "text", values.toArray(String[]::new));
        }

        /** An {@code integer[]}. */
        public Values integers(String name, Collection<Integer> values) throws SQLException {
            return array(name, "integer", values.toArray(Integer[]::new));
        }

        /** A {@code bigint[]}. */
        public Values numbers(String name, Collection<Long> values) throws SQLException {
            return array(
                    name, "bigint", values.stream().mapToLong(Long::longValue).toArray());
        }

        /** Columns of many rows. */
        public <T> ArrayBinder<T> rows(Collection<T> rows) {
            return new ArrayBinder<>(this, rows);
        }

        Values array(String name, String type, Object values) throws SQLException {
            for (int place : placesOf(name)) {
                Parameters.setArray(statement, first + place, type, values);
            }
            return this;
        }

        private List<Integer> placesOf(String name) {
            List<Integer> of = places.get(name);
            if (of == null) {
                throw new IllegalArgumentException("the statement has no parameter " + name);
            }
            return of;
        }
    }
}
