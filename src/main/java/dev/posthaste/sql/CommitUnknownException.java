package dev.posthaste.sql;

import java.sql.SQLException;

/** The connection broke while the commit was under way: the database may or may not have done it. */
public final class CommitUnknownException extends SQLException {
    /** What is told to whoever wanted it done. */
    public static final String ADVICE =
            "The connection to the database broke during the commit: whether this was done is"
                    + " not known. Look before you repeat it.";

    private static final long serialVersionUID = 1L;

    /** Keeps the broken commit's SQL state. */
    public CommitUnknownException(SQLException cause) {
        super("the connection broke during the commit", cause.getSQLState(), cause);
    }
}
