package dev.posthaste.intake;

/** Accepts jobs. Thread-safe; called by many requests at once. */
public interface Intake {
    /**
     * Makes the submission's jobs durable together with their triggers, and returns after the commit.
     *
     * @throws IntakeUnavailableException when the database cannot be reached, or broke off during the commit
     */
    IntakeResult accept(Submission submission);
}
