package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads columns of our own types: {@code timestamptz}, whatever the session's time zone, and names of constants. */
final class Columns {
    private Columns() {}

    static <E extends Enum<E> & ContractName> E constant(ResultSet row, String column, Class<E> type)
            throws SQLException {
        String name = row.getString(column);
        return ContractName.find(type, name)
                .orElseThrow(() -> new IllegalArgumentException("the column " + column + " is " + name));
    }

    static <E extends Enum<E> & ContractName> @Nullable E constantOrNull(ResultSet row, String column, Class<E> type)
            throws SQLException {
        return row.getString(column) == null ? null : constant(row, column, type);
    }
}
