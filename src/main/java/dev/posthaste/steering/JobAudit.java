package dev.posthaste.steering;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.Thing;
import java.util.List;

/** What the audit tells of a wish about a job: what has happened, and nothing of what has not. */
final class JobAudit {
    private JobAudit() {}

    static List<AuditEntry> entries(long teamId, long jobId, Actor actor, SteeringResult result) {
        if (result instanceof SteeringResult.Cancelled) {
            return entry(teamId, jobId, actor, AuditAction.JOB_CANCEL, List.of());
        }
        if (result instanceof SteeringResult.Changed changed) {
            return changed.fields().isEmpty()
                    ? List.of()
                    : entry(teamId, jobId, actor, AuditAction.JOB_CHANGE, changed.fields());
        }
        if (result instanceof SteeringResult.Replayed) {
            return entry(teamId, jobId, actor, AuditAction.JOB_REPLAY, List.of());
        }
        return result instanceof SteeringResult.Deleted
                ? entry(teamId, jobId, actor, AuditAction.JOB_DELETE, List.of())
                : List.of();
    }

    private static List<AuditEntry> entry(
            long teamId, long jobId, Actor actor, AuditAction action, List<String> fields) {
        return List.of(AuditEntry.of(teamId, actor, action, Thing.job(jobId)).changing(fields));
    }
}
