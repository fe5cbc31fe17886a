package dev.posthaste.teams;

import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * The {@code teams} table. A team that is being removed has lost its name and is found no more; its row stays until its
 * last job is gone, because what is still to be reported of them is signed with its secrets. Thread-safe: holds no state.
 */
public final class TeamDao {
    /** The team's id; empty when there is none. */
    Optional<Long> find(Handle handle, String name) {
        return handle.createQuery("select id from teams where name = :name and removed_at is null")
                .bind("name", name)
                .mapTo(Long.class)
                .findOne();
    }

    Optional<String> name(Handle handle, long id) {
        return handle.createQuery("select name from teams where id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .findOne();
    }

    /** The new team's id; empty when there is one of that name. */
    Optional<Long> insert(Handle handle, String name) {
        return handle.createQuery("insert into teams (name) values (:name) on conflict (name) do nothing returning id")
                .bind("name", name)
                .mapTo(Long.class)
                .findOne();
    }

    boolean rename(Handle handle, long id, String name) {
        return handle.createUpdate("update teams set name = :name where id = :id and removed_at is null")
                        .bind("id", id)
                        .bind("name", name)
                        .execute()
                == 1;
    }

    List<TeamEntry> list(Handle handle) {
        return handle.createQuery("""
                        select m.id, m.name, m.created_at,
                               count(t.id) filter (where t.revoked_at is null and (t.expires_at is null
                                                     or t.expires_at > clock_timestamp())) as valid_tokens
                          from teams m left join api_tokens t on t.team_id = m.id
                         where m.removed_at is null
                         group by m.id
                         order by m.id
                        """)
                .map(ConstructorMapper.of(TeamEntry.class))
                .list();
    }

    /** From the commit on nobody comes in for this team. */
    public void deleteTokens(Handle handle, long id) {
        handle.createUpdate("delete from api_tokens where team_id = :id")
                .bind("id", id)
                .execute();
    }

    /** Keeps queues and tokens from being made for a team until the transaction ends; false when it is gone. */
    public boolean lock(Handle handle, long id) {
        return isThere(handle, id, "update");
    }

    /** Keeps a team from being removed until the transaction ends; false when it is gone. */
    boolean hold(Handle handle, long id) {
        return isThere(handle, id, "key share");
    }

    /** Takes a team's name; no name that can be given has a line break. */
    public void markRemoved(Handle handle, long id) {
        handle.createUpdate("""
                        update teams set removed_at = now(), name = 'removed' || chr(10) || id
                         where id = :id and removed_at is null
                        """).bind("id", id).execute();
    }

    /** Deletes the rows of removed teams of which nothing is left; returns how many. */
    public int deleteRemoved(Connection connection) throws SQLException {
        // A push that was refused because its token was gone may have left a queue.
        String queues = """
                delete from queues q using teams m
                 where m.id = q.team_id and m.removed_at is not null
                   and not exists (select 1 from jobs j where j.queue_id = q.id)
                """;
        String rows = """
                delete from teams m
                 where m.removed_at is not null
                   and not exists (select 1 from jobs j where j.team_id = m.id)
                   and not exists (select 1 from queues q where q.team_id = m.id)
                   and not exists (select 1 from crons c where c.team_id = m.id)
                """;
        Rows.update(connection, queues, Parameters.NONE);
        return Rows.update(connection, rows, Parameters.NONE);
    }

    private static boolean isThere(Handle handle, long id, String lock) {
        return handle.createQuery("select id from teams where id = :id and removed_at is null for " + lock)
                .bind("id", id)
                .mapTo(Long.class)
                .findOne()
                .isPresent();
    }
}
