package dev.posthaste.cli;

import dev.posthaste.audit.Actor;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.teams.TeamEntry;
import dev.posthaste.teams.Teams;
import dev.posthaste.teams.TokenDao;
import io.dropwizard.core.Configuration;
import java.io.PrintStream;
import java.util.function.Function;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;
import org.jdbi.v3.core.Jdbi;

/** {@code team create|list}; what a team's tokens are, {@code token} says. */
public final class TeamCommand<T extends Configuration> extends DatabaseCommand<T> {
    private static final String ACTION = "action";

    /** @param part of the configuration that names the database */
    public TeamCommand(Class<T> configurationClass, Function<T, DatabaseConfig> part) {
        super("team", "Creates and lists teams, each of which sees its own things only", configurationClass, part);
    }

    @Override
    public void configure(Subparser subparser) {
        Subparsers actions = subparser.addSubparsers().dest(ACTION);
        Subparser create = part(actions, "create", "makes a team; its first token comes from token create --team");
        create.addArgument("--name").required(true).help("what it is called, once in the whole database");
        part(actions, "list", "shows all teams");
    }

    @Override
    void run(OpenDatabase database, Namespace arguments, PrintStream console) {
        Teams teams = new Teams(Jdbi.create(database.pools().api()), new TokenDao());
        if (arguments.getString(ACTION).equals("create")) {
            String name = arguments.getString("name");
            console.println("Created team " + teams.create(name, Actor.COMMAND_LINE) + ", " + name);
        } else {
            list(teams, console);
        }
    }

    private static void list(Teams teams, PrintStream console) {
        String row = "%-6s %-24s %-7s %s%n";
        console.printf(row, "ID", "NAME", "TOKENS", "CREATED");
        for (TeamEntry team : teams.list()) {
            console.printf(row, team.id(), team.name(), team.validTokens(), team.createdAt());
        }
    }
}
