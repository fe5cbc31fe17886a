package dev.posthaste.cli;

import dev.posthaste.audit.Actor;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.teams.TokenDao;
import dev.posthaste.teams.TokenEntry;
import dev.posthaste.teams.TokenSecret;
import dev.posthaste.teams.Tokens;
import io.dropwizard.core.Configuration;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.function.Function;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;
import org.jdbi.v3.core.Jdbi;

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
        create.addArgument("--team").setDefault(Tokens.DEFAULT_TEAM).help("whose things it sees");
        create.addArgument("--name").setDefault("cli").help("tells it from others in a list");
        part(actions, "list", "shows all tokens, without their secrets");
        Subparser revoke = part(actions, "revoke", "ends a token, on every node at once");
        revoke.addArgument("--id").type(Long.class).required(true).help("as the list shows it");
    }

    @Override
    void run(OpenDatabase database, Namespace arguments, PrintStream console) {
        Tokens tokens = new Tokens(Jdbi.create(database.pools().api()), new TokenDao(), new SecureRandom());
        switch (arguments.getString(ACTION)) {
            case "create" -> create(tokens, arguments, console);
            case "list" -> list(tokens, console);
            default -> revoke(tokens, arguments.getLong("id"), console);
        }
    }

    private static void create(Tokens tokens, Namespace arguments, PrintStream console) {
        TokenSecret secret =
                tokens.create(arguments.getString("team"), arguments.getString("name"), Actor.COMMAND_LINE);
        console.println(secret.value());
    }

    private static void list(Tokens tokens, PrintStream console) {
        String row = "%-6s %-16s %-24s %-10s %-22s %s%n";
        console.printf(row, "ID", "TEAM", "NAME", "PREFIX", "CREATED", "STATE");
        for (TokenEntry token : tokens.list()) {
            console.printf(
                    row, token.id(), token.team(), token.name(), token.prefix(), token.createdAt(), state(token));
        }
    }

    private static void revoke(Tokens tokens, long id, PrintStream console) {
        if (!tokens.revoke(id, Actor.COMMAND_LINE)) {
            throw new IllegalArgumentException("There is no token " + id + ", or it was revoked before.");
        }
        console.println("Revoked token " + id);
    }

    private static String state(TokenEntry token) {
        if (token.revokedAt() != null) {
            return "revoked " + token.revokedAt();
        }
        Instant expiry = token.expiresAt();
        return expiry == null ? "valid" : "until " + expiry;
    }
}
