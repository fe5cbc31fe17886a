package dev.posthaste.teams;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementException;

/** Makes, renames and lists teams. Thread-safe. A database that is away surfaces as Jdbi's exceptions. */
public final class Teams {
    /** The team that is there from the beginning, and stays. */
    public static final String DEFAULT = "default";

    private static final int MAX_NAME = 255;
    private static final String UNIQUE_VIOLATION = "23505";

    private final Jdbi database;
    private final TeamDao dao;
    private final AuditLog audit = new AuditLog();

    /** Every call is a transaction of its own. */
    public Teams(Jdbi database, TeamDao dao) {
        this.database = database;
        this.dao = dao;
    }

    /**
     * Makes a team, which has no tokens yet, and returns its id.
     *
     * @throws IllegalArgumentException when there is one of that name, or nobody could read the name in a list
     */
    public long create(String name, Actor actor) {
        checkName("team", name);
        return database.inTransaction(handle -> {
            long id = dao.insert(handle, name).orElseThrow(() -> taken(name));
            audit.write(handle, AuditEntry.of(id, actor, AuditAction.TEAM_CREATE, Thing.team(id, name)));
            return id;
        });
    }

    /**
     * Gives a team another name; tokens and ids stay as they are.
     *
     * @throws IllegalArgumentException when there is no such team, or it is {@code default}, or the name is taken or
     *     unreadable
     */
    public void rename(String name, String newName, Actor actor) {
        checkName("team", newName);
        if (name.equals(DEFAULT)) {
            throw new IllegalArgumentException("The team " + DEFAULT + " cannot be renamed: POSTHASTE_API_TOKEN and"
                    + " commands without --team mean it.");
        }
        long id = idOf(name);
        if (name.equals(newName)) {
            return;
        }
        try {
            database.useTransaction(handle -> {
                dao.rename(handle, id, newName);
                audit.write(handle, AuditEntry.of(id, actor, AuditAction.TEAM_RENAME, Thing.team(id, newName)));
            });
        } catch (StatementException e) {
            if (e.getCause() instanceof SQLException cause && UNIQUE_VIOLATION.equals(cause.getSQLState())) {
                throw taken(newName);
            }
            throw e;
        }
    }

    /** The id of the team of that name; empty when there is none. */
    public Optional<Long> find(String name) {
        return database.withHandle(handle -> dao.find(handle, name));
    }

    /**
     * The same.
     *
     * @throws IllegalArgumentException with a sentence when there is none
     */
    public long idOf(String name) {
        return find(name).orElseThrow(() -> unknown(name));
    }

    /** What a team is called; empty when it is gone. */
    public Optional<String> nameOf(long id) {
        return database.withHandle(handle -> dao.name(handle, id));
    }

    /** All teams, the oldest first. */
    public List<TeamEntry> list() {
        return database.withHandle(dao::list);
    }

    static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("There is no team " + name + ".");
    }

    static void checkName(String thing, String name) {
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "A " + thing + "'s name has 1 to " + MAX_NAME + " characters, none of them control characters.");
        }
    }

    private static IllegalArgumentException taken(String name) {
        return new IllegalArgumentException("There is a team " + name + " already.");
    }
}
