package dev.posthaste;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stop consists of, one after the other: what fails keeps nothing behind it from being stopped, since a scheduler that
 * did not say goodbye is taken over, and a database that is not closed keeps its process. Not thread-safe.
 */
final class StopSteps {
    private static final Logger LOG = LoggerFactory.getLogger(StopSteps.class);

    private boolean isInterrupted;

    /** One of them. */
    interface Step {
        /** Stops something. */
        void run() throws Exception;
    }

    /**
     * Takes a step. Behind one that was interrupted nothing is waited for.
     *
     * @param what stops, as the log has it if it fails
     */
    void take(String what, Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            isInterrupted = true;
        } catch (Exception | Error e) {
            LOG.error("{} did not stop as it should; the rest is stopped all the same", what, e);
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** @throws InterruptedException when one of them was interrupted */
    void end() throws InterruptedException {
        if (isInterrupted && Thread.interrupted()) {
            throw new InterruptedException("interrupted while this node was stopping");
        }
    }
}
