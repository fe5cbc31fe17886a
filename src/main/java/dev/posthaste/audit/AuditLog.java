package dev.posthaste.audit;

import dev.posthaste.sql.Rows;
import dev.posthaste.sql.StorableText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code audit} table, as those see it who write to it: in the transaction that does what is told, so that a crash
 * leaves both or neither. Each entry is a line of the log as well, once it is committed. Thread-safe: holds no state.
 */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    private static final int MAX_NAME = 255;

    /** Tells of something that the handle's transaction does. */
    public void write(Handle handle, AuditEntry entry) {
        write(handle, List.of(entry));
    }

    /** Tells of several things that the handle's transaction does. */
    public void write(Handle handle, Collection<AuditEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        insert(handle, entries);
        handle.afterCommit(() -> entries.forEach(entry -> LOG.info("Audit: {}", line(entry))));
    }

    private static void insert(Handle handle, Collection<AuditEntry> entries) {
        PreparedBatch batch = handle.prepareBatch("""
                insert into audit
                  (team_id, actor, token_id, address, action, thing_type, thing_id, thing_name, fields, count)
                values (:team, :actor, :token, :address, :action, :type, :id, :name, :fields, :count)
                """);
        for (AuditEntry entry : entries) {
            batch.bind("team", entry.teamId())
                    .bind("actor", kept(entry.actor().name()))
                    .bind("token", entry.actor().tokenId())
                    .bind("address", StorableText.of(entry.actor().address()))
                    .bind("action", entry.action().contractName())
                    .bind("type", entry.thing().type())
                    .bind("id", entry.thing().id())
                    .bind("name", kept(entry.thing().name()))
                    .bind("fields", entry.fields().isEmpty() ? null : String.join(",", entry.fields()))
                    .bind("count", entry.count())
                    .add();
        }
        batch.execute();
    }

    /** As much of a name as an index takes: the command line sets no bound to those of tokens. */
    private static @Nullable String kept(@Nullable String name) {
        String text = StorableText.of(name);
        return text == null || text.length() <= MAX_NAME ? text : StorableText.of(text.substring(0, MAX_NAME));
    }

    /** Names are the users': nothing in them may pass for what this line says. */
    static String line(AuditEntry entry) {
        Actor actor = entry.actor();
        Thing thing = entry.thing();
        StringBuilder line = new StringBuilder(
                actor.tokenId() == null
                        ? actor.name()
                        : "token " + actor.tokenId() + " " + StorableText.quoted(actor.name()));
        if (actor.address() != null) {
            line.append(" from ").append(actor.address());
        }
        line.append(": ").append(entry.action().contractName()).append(", ");
        line.append(thing.type().replace('_', ' '));
        if (thing.id() != null) {
            line.append(' ').append(thing.id());
        }
        if (thing.name() != null) {
            line.append(' ').append(StorableText.quoted(thing.name()));
        }
        if (entry.teamId() != null) {
            line.append(" of team ").append(entry.teamId());
        }
        if (!entry.fields().isEmpty()) {
            line.append(", ").append(String.join(", ", entry.fields()));
        }
        if (entry.count() != null) {
            line.append(", jobs: ").append(entry.count());
        }
        return StorableText.line(line.toString());
    }

    /** Removes what is older than that, at most so many, in the caller's transaction; returns how many. */
    public int removeOlder(Connection connection, Duration keep, int max) throws SQLException {
        // The transaction's time, which an index can be searched by.
        String sql = """
                delete from audit
                 where ctid = any (array(
                   select ctid from audit where at < now() - ? * interval '1 second' order by at limit ?))
                """;
        return Rows.update(
                connection, sql, values -> values.number(keep.toSeconds()).integer(max));
    }
}
