package dev.posthaste.steering;

import dev.posthaste.intake.AcceptedJob;
import dev.posthaste.oneshots.OneShot;
import java.util.List;

/** What became of a wish about a job. */
public sealed interface SteeringResult {
    /** What was pending of its chain is cancelled. */
    record Cancelled() implements SteeringResult {}

    /** Its chain is gone. */
    record Deleted() implements SteeringResult {}

    /**
     * The job was changed.
     *
     * @param trigger as it is now
     * @param fields the names of those that have another value now
     */
    record Changed(OneShot trigger, List<String> fields) implements SteeringResult {}

    /** A new job was accepted, with its trigger. */
    record Replayed(AcceptedJob job, OneShot trigger) implements SteeringResult {}

    /** The team has no such job. */
    record NoSuchJob() implements SteeringResult {}

    /**
     * The job is not in a state that allows it; nothing was changed.
     *
     * @param why a sentence that names the state
     */
    record NotAllowed(String why) implements SteeringResult {}
}
