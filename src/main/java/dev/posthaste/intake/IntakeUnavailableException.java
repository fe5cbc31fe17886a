package dev.posthaste.intake;

/** The database did not answer: nothing was accepted or, where {@link #isOutcomeUnknown()} says so, nobody knows. */
public final class IntakeUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean outcomeUnknown;

    /** @param outcomeUnknown whether the connection broke during the commit */
    public IntakeUnavailableException(boolean outcomeUnknown, Throwable cause) {
        super("the database did not answer", cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Whether the submission may have been committed all the same. */
    public boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }
}
