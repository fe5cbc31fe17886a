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

    private NamedSql(String named) {
        Matcher name = NAME.matcher(named);
        for (int place = 1; name.find(); place++) {
            places.computeIfAbsent(name.group(1), ignored -> new ArrayList<>()).add(place);
        }
        this.sql = name.replaceAll("?");
    }

    /** Reads the names. */
    public static NamedSql of(String named) {
        return new NamedSql(named);
    }

    /** Prepares it; the caller closes what is prepared. */
    public PreparedStatement prepare(Connection connection) throws SQLException {
        return connection.prepareStatement(sql);
    }

    /** Binds its parameters. */
    public Parameters bind(PreparedStatement statement) {
        return new Parameters(statement);
    }

    /** The parameters of a prepared statement. A name that it has not is an {@link IllegalArgumentException}. */
    public final class Parameters {
        private final PreparedStatement statement;

        private Parameters(PreparedStatement statement) {
            this.statement = statement;
        }

        /** A {@code text}, or null. */
        public Parameters text(String name, @Nullable String value) throws SQLException {
            for (int place : placesOf(name)) {
                statement.setString(place, value);
            }
            return this;
        }

        /** A {@code bigint}. */
        public Parameters number(String name, long value) throws SQLException {
            for (int place : placesOf(name)) {
                statement.setLong(place, value);
            }
            return this;
        }

        /** An {@code integer}, or null. */
        public Parameters integer(String name, @Nullable Integer value) throws SQLException {
            for (int place : placesOf(name)) {
                statement.setObject(place, value, Types.INTEGER);
            }
            return this;
        }

        /** A {@code boolean}. */
        public Parameters flag(String name, boolean value) throws SQLException {
            for (int place : placesOf(name)) {
                statement.setBoolean(place, value);
            }
            return this;
        }

        /** A {@code text[]}. */
        public Parameters texts(String name, Collection<String> values) throws SQLException {
            for (int place : placesOf(name)) {
                new ArrayBinder<>(statement, place, values).texts(value -> value);
            }
            return this;
        }

        /** An {@code integer[]}. */
        public Parameters integers(String name, Collection<Integer> values) throws SQLException {
            for (int place : placesOf(name)) {
                new ArrayBinder<>(statement, place, values).ints(value -> value);
            }
            return this;
        }

        /** A {@code bigint[]}. */
        public Parameters numbers(String name, Collection<Long> values) throws SQLException {
            for (int place : placesOf(name)) {
                new ArrayBinder<>(statement, place, values).longs(Long::longValue);
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
