package dev.posthaste.cli;

import dev.posthaste.ops.TeamActions;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.DatabaseUnusableException;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.sql.KnownCommit;
import io.dropwizard.core.Configuration;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.function.Function;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** {@code team create|list|rename|delete}; what a team's tokens are, {@code token} says. */
public final class TeamCommand<T extends Configuration> extends DatabaseCommand<T> {
    private static final String ACTION = "action";
    private static final String NAME = "name";
    private static final String EVERYTHING = "everything";

    private final Function<Jdbi, TeamActions> actions;

    /**
     * @param part of the configuration that names the database
     * @param actions what is done in a database
     */
    public TeamCommand(
            Class<T> configurationClass, Function<T, DatabaseConfig> part, Function<Jdbi, TeamActions> actions) {
        super(
                "team",
                "Creates, lists, renames and deletes teams, each of which sees its own things only",
                configurationClass,
                part);
        this.actions = actions;
    }

    @Override
    public void configure(Subparser subparser) {
        Subparsers parts = subparser.addSubparsers().dest(ACTION);
        Subparser create = part(parts, "create", "makes a team; its first token comes from token create --team");
        create.addArgument("--name").required(true).help("what it is called, once in the whole database");
        part(parts, "list", "shows all teams");
        Subparser rename = part(parts, "rename", "gives a team another name; its tokens stay valid");
        rename.addArgument("--name").required(true).help("what it is called");
        rename.addArgument("--to").required(true).help("what it is to be called");
        Subparser delete = part(parts, "delete", "deletes a team with its tokens, queues, jobs and secrets");
        delete.addArgument("--name").required(true).help("what it is called");
        delete.addArgument("--everything")
                .action(Arguments.storeTrue())
                .help("cancels what is pending; without it such a team is left as it was");
    }

    @Override
    void run(OpenDatabase database, Namespace arguments, PrintStream console) {
        TeamActions team = actions.apply(KnownCommit.database(database.pools().api()::getConnection));
        PrintWriter output = new PrintWriter(console, false, StandardCharsets.UTF_8);
        switch (arguments.getString(ACTION)) {
            case "create" -> team.create(arguments.getString(NAME), output);
            case "rename" -> team.rename(arguments.getString(NAME), arguments.getString("to"), output);
            case "delete" -> delete(team, arguments, output);
            default -> team.list(output);
        }
        output.flush();
    }

    private static void delete(TeamActions team, Namespace arguments, PrintWriter output) {
        try {
            team.delete(arguments.getString(NAME), arguments.getBoolean(EVERYTHING), output);
        } catch (SQLException | JdbiException e) {
            throw new DatabaseUnusableException("The team is not deleted yet; delete it again: " + e.getMessage(), e);
        }
    }
}
