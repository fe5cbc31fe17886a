package dev.posthaste.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has done.
 *
 * @param teamId whose thing it is; null for what concerns every team
 * @param fields the names of what was changed, in the contract's words; never the values
 * @param count how many jobs it was done to, null for what is no matter of many
 */
public record AuditEntry(
        @Nullable Long teamId,
        Actor actor,
        AuditAction action,
        Thing thing,
        List<String> fields,
        @Nullable Long count) {
    /** Copies the list. */
    public AuditEntry {
        fields = List.copyOf(fields);
    }

    /** Something that says all by its name. */
    public static AuditEntry of(@Nullable Long teamId, Actor actor, AuditAction action, Thing thing) {
        return new AuditEntry(teamId, actor, action, thing, List.of(), null);
    }

    /** The same with what was changed. */
    public AuditEntry changing(List<String> names) {
        return new AuditEntry(teamId, actor, action, thing, names, count);
    }

    /** The same, done to so many jobs. */
    public AuditEntry of(long jobs) {
        return new AuditEntry(teamId, actor, action, thing, fields, jobs);
    }
}
