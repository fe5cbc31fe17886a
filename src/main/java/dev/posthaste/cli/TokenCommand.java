package dev.posthaste.cli;

import dev.posthaste.audit.Actor;
import dev.posthaste.ops.TokenActions;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.sql.KnownCommit;
import dev.posthaste.teams.Teams;
import dev.posthaste.teams.Tokens;
import io.dropwizard.core.Configuration;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Function;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;

/** {@code token create|list|revoke}. */
public final class TokenCommand<T extends Configuration> extends DatabaseCommand<T> {
    private static final String ACTION = "action";

    /** @param part of the configuration that names the database */
    public TokenCommand(Class<T> configurationClass, Function<T, DatabaseConfig> part) {
        super("token", "Creates, lists and revokes API tokens", configurationClass, part);
    }

    @Override
    public void configure(Subparser subparser) {
        Subparsers actions = subparser.addSubparsers().dest(ACTION);
        Subparser create = part(actions, "create", "makes a token and shows it, once");
        create.addArgument("--team").setDefault(Teams.DEFAULT).help("whose things it sees");
        create.addArgument("--name").setDefault("cli").help("tells it from others in a list");
        create.addArgument("--scopes").help("what it may do, such as jobs:write,jobs:read; everything when not given");
        create.addArgument("--expires-in").help("how long it is valid, such as 12h or 90d; for ever when not given");
        part(actions, "list", "shows all tokens, without their secrets");
        Subparser revoke = part(actions, "revoke", "ends a token, on every node at once");
        revoke.addArgument("--id").type(Long.class).required(true).help("as the list shows it");
    }

    @Override
    void run(OpenDatabase database, Namespace arguments, PrintStream console) {
        Tokens tokens = new Tokens(KnownCommit.database(database.pools().api()::getConnection), new SecureRandom());
        TokenActions actions = new TokenActions(tokens, InstantSource.system(), Actor.COMMAND_LINE);
        PrintWriter output = new PrintWriter(console, false, StandardCharsets.UTF_8);
        switch (arguments.getString(ACTION)) {
            case "create" ->
                actions.create(
                        arguments.getString("team"),
                        arguments.getString("name"),
                        arguments.getString("scopes"),
                        arguments.getString("expires_in"),
                        output);
            case "list" -> actions.list(output);
            default -> actions.revoke(arguments.getLong("id"), output);
        }
        output.flush();
    }
}
