package dev.posthaste.steering;

import dev.posthaste.intake.AcceptedJob;
import dev.posthaste.oneshots.OneShot;

/** What became of a wish about a job. */
public sealed interface SteeringResult {
    /** Done. */
    record Done() implements SteeringResult {}

    /** The job was changed; its trigger as it is now. */
    record Changed(OneShot trigger) implements SteeringResult {}

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
