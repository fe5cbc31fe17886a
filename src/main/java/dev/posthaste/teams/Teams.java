package dev.posthaste.teams;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Makes and lists teams. Thread-safe. A database that is away surfaces as Jdbi's exceptions. */
public final class Teams {
    private static final int MAX_NAME = 255;

    private final Jdbi database;
    private final TokenDao dao;
    private final AuditLog audit = new AuditLog();

    /** Every call is a transaction of its own. */
    public Teams(Jdbi database, TokenDao dao) {
        this.database = database;
        this.dao = dao;
    }

    /**
     * Makes a team, which has no tokens yet, and returns its id.
     *
     * @throws IllegalArgumentException when there is one of that name, or nobody could read the name in a list
     */
    public long create(String name, Actor actor) {
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "A team's name has 1 to " + MAX_NAME + " characters, none of them control characters.");
        }
        Optional<Long> made = database.inTransaction(handle -> {
            Optional<Long> id = dao.insertTeam(handle, name);
            id.ifPresent(team ->
                    audit.write(handle, AuditEntry.of(team, actor, AuditAction.TEAM_CREATE, Thing.team(team, name))));
            return id;
        });
        return made.orElseThrow(() -> new IllegalArgumentException("There is a team " + name + " already."));
    }

    /** The id of the team of that name; empty when there is none. */
    public Optional<Long> find(String name) {
        return database.withHandle(handle -> dao.teamId(handle, name));
    }

    /** All teams, the oldest first. */
    public List<TeamEntry> list() {
        return database.withHandle(dao::teams);
    }
}
