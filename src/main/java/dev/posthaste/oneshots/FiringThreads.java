package dev.posthaste.oneshots;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** What runs firings, as many at once as there are slots. Thread-safe. */
public interface FiringThreads {
    /**
     * Runs a firing of the group on a thread, soon.
     *
     * @throws RejectedExecutionException when the node is stopping
     * @throws OutOfMemoryError when the machine has no thread to give; the firing is not run then either
     */
    void run(String group, Runnable firing);

    /** Whether any firing that was handed over waits for a thread just now. */
    default boolean anyWaits() {
        return false;
    }

    /** Threads for which all groups are alike, and for which nothing waits long. */
    static FiringThreads of(Executor executor) {
        return (group, firing) -> executor.execute(firing);
    }
}
