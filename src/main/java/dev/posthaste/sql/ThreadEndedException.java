package dev.posthaste.sql;

/** A thread that nobody starts again has ended: what it did is done no more until the process starts anew. */
public final class ThreadEndedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String thread;

    ThreadEndedException(String thread) {
        super("The thread " + thread + " has ended, and what it did is not done any more. Restart this node.");
        this.thread = thread;
    }

    /** Its name. */
    public String thread() {
        return thread;
    }
}
