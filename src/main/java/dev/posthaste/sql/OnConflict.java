package dev.posthaste.sql;

/** Repeats transactions that met another one's and were undone for it: a deadlock is nobody's fault. */
public final class OnConflict {
    private static final int TRIES = 10;

    /** A whole transaction. */
    public interface Work<T, X extends Exception> {
        /** Runs it from its beginning to its commit. */
        T run() throws X;
    }

    private OnConflict() {}

    /** Runs the work, and again while it conflicts with others', ten times at most. */
    public static <T, X extends Exception> T repeat(Work<T, X> work) throws X {
        for (int i = 1; ; i++) {
            try {
                return work.run();
            } catch (Exception e) {
                boolean isConflict = SqlFailure.of(e)
                        .filter(meaning -> meaning == SqlFailure.CONFLICT)
                        .isPresent();
                if (!isConflict || i == TRIES) {
                    throw e;
                }
            }
        }
    }
}
