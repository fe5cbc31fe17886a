package dev.posthaste.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Binds the parameters of a statement one after the other, in the order of their places. Not thread-safe. */
public final class Parameters {
    /** What a statement without parameters is given. */
    public static final Binding NONE = parameters -> {};

    private final PreparedStatement statement;
    private int next = 1;

    /** Binds from the first parameter on. */
    public Parameters(PreparedStatement statement) {
        this.statement = statement;
    }

    /** Sets all of a statement's parameters. */
    public interface Binding {
        /** Binds as many as the statement has, from the next one on. */
        void bind(Parameters parameters) throws SQLException;
    }

    /** A {@code text}, or null. */
    public Parameters text(@Nullable String value) throws SQLException {
        statement.setString(next++, value);
        return this;
    }

    /** A {@code bigint}. */
    public Parameters number(long value) throws SQLException {
        statement.setLong(next++, value);
        return this;
    }

    /** An {@code integer}, or null. */
    public Parameters integer(@Nullable Integer value) throws SQLException {
        statement.setObject(next++, value, Types.INTEGER);
        return this;
    }

    /** A {@code boolean}. */
    public Parameters flag(boolean value) throws SQLException {
        statement.setBoolean(next++, value);
        return this;
    }

    /** A {@code float8}. */
    public Parameters decimal(double value) throws SQLException {
        statement.setDouble(next++, value);
        return this;
    }

    /** A {@code text[]}. */
    public Parameters texts(Collection<String> values) throws SQLException {
        setArray(statement, next++, "text", values.toArray(String[]::new));
        return this;
    }

    /** A {@code bigint[]}. */
    public Parameters numbers(Collection<Long> values) throws SQLException {
        setArray(
                statement,
                next++,
                "bigint",
                values.stream().mapToLong(Long::longValue).toArray());
        return this;
    }

    /** Leaves {@code count} parameters to somebody else, and returns the first of them. */
    int leave(int count) {
        int first = next;
        next += count;
        return first;
    }

    PreparedStatement statement() {
        return statement;
    }

    /** @param values an array, of primitives or not */
    static void setArray(PreparedStatement statement, int place, String type, Object values) throws SQLException {
        statement.setArray(
                place, statement.getConnection().unwrap(PGConnection.class).createArrayOf(type, values));
    }
}
