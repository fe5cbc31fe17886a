package dev.posthaste.jobs;

import dev.posthaste.redaction.Masks;
import java.util.List;

/** An execution with the runs and callbacks of all its attempts, oldest first. */
public record ExecutionDetails(Execution execution, List<Run> runs, List<Callback> callbacks, List<ChainLink> chain) {
    /** The same with masks for what is not shown. */
    public ExecutionDetails shown(Masks masks) {
        return new ExecutionDetails(
                execution,
                runs.stream()
                        .map(run -> run.shown(masks, execution.redaction()))
                        .toList(),
                callbacks,
                chain);
    }
}
