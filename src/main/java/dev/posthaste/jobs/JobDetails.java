package dev.posthaste.jobs;

import dev.posthaste.redaction.Masks;
import java.util.List;

/** A job with all that belongs to it: its runs and callbacks, oldest first, and every attempt of its chain. */
public record JobDetails(Job job, List<Run> runs, List<Callback> callbacks, List<ChainLink> chain) {
    /** The same with masks for what is not shown. */
    public JobDetails shown(Masks masks) {
        return new JobDetails(
                job.shown(masks),
                runs.stream().map(run -> run.shown(masks, job.redaction())).toList(),
                callbacks,
                chain);
    }
}
