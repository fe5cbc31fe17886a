package dev.posthaste.ops;

import dev.posthaste.audit.Actor;
import dev.posthaste.sql.StorableText;
import dev.posthaste.steering.TeamRemoval;
import dev.posthaste.teams.TeamEntry;
import dev.posthaste.teams.Teams;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;

/**
 * What an operator does with teams, by command and by task. An {@link IllegalArgumentException} carries a sentence for him.
 * Thread-safe.
 */
public final class TeamActions {
    private final Teams teams;
    private final TeamRemoval removal;
    private final Actor actor;

    /** @param actor who acts by it */
    public TeamActions(Teams teams, TeamRemoval removal, Actor actor) {
        this.teams = teams;
        this.removal = removal;
        this.actor = actor;
    }

    /** Makes a team without tokens. */
    public void create(String name, PrintWriter output) {
        output.println("Created team " + teams.create(name, actor) + ", " + name);
    }

    /** Writes all teams. */
    public void list(PrintWriter output) {
        String row = "%-6s %-24s %-7s %s%n";
        output.printf(row, "ID", "NAME", "TOKENS", "CREATED");
        for (TeamEntry team : teams.list()) {
            output.printf(
                    row,
                    team.id(),
                    StorableText.line(team.name()),
                    team.validTokens(),
                    team.createdAt().truncatedTo(ChronoUnit.SECONDS));
        }
    }

    /** Gives a team another name. */
    public void rename(String name, String newName, PrintWriter output) {
        teams.rename(name, newName, actor);
        output.println("Team " + name + " is called " + newName);
    }

    /**
     * Deletes a team with all that it has.
     *
     * @param everything cancels what is pending
     */
    public void delete(String name, boolean everything, PrintWriter output) throws SQLException {
        removal.remove(name, everything, actor);
        output.println("Deleted team " + name + "; the rows of its jobs are removed within the hour");
    }
}
