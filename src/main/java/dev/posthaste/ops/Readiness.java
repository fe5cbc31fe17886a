package dev.posthaste.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Whether calls should come to this node, and why not. Only what makes this node fail where another one would not counts: a
 * backlog, slow receivers, a full disk's first signs and busy connections are the same on every node, and nodes that told of
 * them would all be taken out together. Costs no statement. Thread-safe.
 *
 * @param duty what the node was told
 * @param threads that it cannot live without
 * @param databaseAnswers as it was a moment ago
 * @param isMember whether the cluster counts it as alive
 * @param isHeldUp whether outcomes cannot be recorded
 */
public record Readiness(
        Duty duty,
        NeededThreads threads,
        BooleanSupplier databaseAnswers,
        BooleanSupplier isMember,
        BooleanSupplier isHeldUp) {
    /** Sentences for anybody; none when it is ready. */
    public List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        if (!duty.isOpen()) {
            obstacles.add(
                    duty.state() == Duty.State.STOPPING
                            ? "This server is stopping."
                            : "This server was drained by its operator.");
        }
        if (!isAlive()) {
            // What else there is to be asked may be what has ended.
            obstacles.add("This server has lost a thread and ends.");
            return obstacles;
        }
        if (!databaseAnswers.getAsBoolean()) {
            obstacles.add("The database cannot be reached, or takes no changes.");
        }
        if (!isMember.getAsBoolean()) {
            obstacles.add("This server could not check in for too long.");
        }
        if (isHeldUp.getAsBoolean()) {
            obstacles.add("Outcomes of deliveries cannot be recorded just now.");
        }
        return obstacles;
    }

    /** Whether it is of any use to go on with this process. */
    public boolean isAlive() {
        return threads.ended().isEmpty();
    }

    /** Whether it leaves what is due to others, and takes calls all the same. */
    public boolean isPaused() {
        return duty.state() == Duty.State.PAUSED;
    }
}
