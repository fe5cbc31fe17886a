package dev.posthaste.recurring;

import dev.posthaste.contract.ContractName;
import java.sql.ResultSet;
import java.sql.SQLException;

/** What becomes of a fire that comes while an execution of its cron is not resolved. */
public enum Overlap implements ContractName {
    /** It is sent all the same. */
    ALLOW,
    /** It is not sent, and kept as skipped. */
    SKIP;

    /** The one of a row with the column {@code overlap}. */
    static Overlap of(ResultSet row) throws SQLException {
        return ContractName.find(Overlap.class, row.getString("overlap")).orElseThrow();
    }
}
