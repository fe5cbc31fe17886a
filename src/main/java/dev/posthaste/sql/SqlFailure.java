package dev.posthaste.sql;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a failed statement means, by its SQLSTATE, and so what is to follow: the one place that decides it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's error codes</a>
 */
public enum SqlFailure {
    /** Another transaction was in the way, and this one has been undone: it may be repeated at once. */
    CONFLICT,

    /** The values cannot be kept, whoever tries and however often. */
    DATA,

    /**
     * The database, the way to it or its administrator: it is away, full, read-only, busy with a lock, or refuses. Nobody who
     * calls is at fault, and what must be written is tried again for as long as it takes.
     */
    DATABASE;

    private static final Set<String> CONFLICTS = Set.of("40P01", "40001");

    /** Data exceptions, violated constraints, and what is larger than the database can hold. */
    private static final Set<String> CLASSES_OF_DATA = Set.of("22", "23", "54");

    /** The session ended, perhaps in the middle of the commit. */
    private static final Set<String> SESSION_ENDED = Set.of("57P01", "57P02", "57P03", "57P04", "57P05");

    /** Ended by the statement's timeout, and no memory. */
    private static final Set<String> TOO_MUCH = Set.of("57014", "53200");

    /** What the failure means; empty when no statement has failed, so that it is a fault of ours. */
    public static Optional<SqlFailure> of(Throwable failure) {
        SQLException sql = statementOf(failure);
        return sql == null || isOurs(sql) ? Optional.empty() : Optional.of(ofState(stateOf(sql)));
    }

    private static @Nullable SQLException statementOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && !(sql.getCause() instanceof SQLException)) {
                return sql;
            }
        }
        return null;
    }

    /** Whether the failure leaves it unknown what was done, because the connection broke during a commit. */
    public static boolean hidesWhatWasDone(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommitUnknownException) {
                return true;
            }
        }
        return false;
    }

    /** Whether nobody who calls is at fault, so that the same call may work later. */
    public static boolean isPassing(Throwable failure) {
        return of(failure).filter(meaning -> meaning != DATA).isPresent();
    }

    /**
     * Whether something in what was read or written is at fault, so that the rest passes without it: the data, a row that the
     * database cannot read, or a fault of ours with one of them.
     */
    public static boolean isOfTheData(Throwable failure) {
        SQLException sql = statementOf(failure);
        return sql == null || !isPassing(failure) || stateOf(sql).startsWith("XX");
    }

    /** Whether a commit that failed so may have been made all the same: its answer was lost. */
    public static boolean hidesTheCommit(SQLException failure) {
        String state = stateOf(failure);
        return state.startsWith("08") || SESSION_ENDED.contains(state);
    }

    /** Whether less at once may be possible: it took too long or too much, or one row is one that the database cannot read. */
    static boolean mayPassInPieces(SQLException failure) {
        String state = stateOf(failure);
        return TOO_MUCH.contains(state) || state.startsWith("XX");
    }

    private static SqlFailure ofState(String state) {
        if (CONFLICTS.contains(state)) {
            return CONFLICT;
        }
        return state.length() == 5 && CLASSES_OF_DATA.contains(state.substring(0, 2)) ? DATA : DATABASE;
    }

    /** A {@link GroupCommit} tells so that its work threw something else than an SQL exception. */
    private static boolean isOurs(SQLException failure) {
        return failure.getSQLState() == null
                && (failure.getCause() instanceof RuntimeException || failure.getCause() instanceof Error);
    }

    private static String stateOf(SQLException failure) {
        String state = failure.getSQLState();
        return state == null ? "" : state;
    }
}
