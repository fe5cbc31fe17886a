package dev.posthaste.cli;

import dev.posthaste.audit.Actor;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.sql.KnownCommit;
import dev.posthaste.teams.LoginLinks;
import dev.posthaste.teams.SessionSecret;
import dev.posthaste.teams.Teams;
import io.dropwizard.core.Configuration;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.function.Function;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jspecify.annotations.Nullable;

/** {@code login-link}: prints a link that signs in to the dashboard once, for who has no token at hand. */
public final class LoginLinkCommand<T extends Configuration> extends DatabaseCommand<T> {
    private final Function<T, String> ownUrl;
    private String url = "";

    /**
     * @param part of the configuration that names the database
     * @param ownUrl of the configuration, by which a browser reaches the server
     */
    public LoginLinkCommand(Class<T> configurationClass, Function<T, DatabaseConfig> part, Function<T, String> ownUrl) {
        super("login-link", "Prints a link that signs in to the dashboard once", configurationClass, part);
        this.ownUrl = ownUrl;
    }

    @Override
    public void configure(Subparser subparser) {
        subparser.addArgument("--team").setDefault(Teams.DEFAULT).help("whose things are to be seen");
        subparser
                .addArgument("--token")
                .help("the name of the token to sign in with; one that may do everything when not given");
        addFileArgument(subparser).setDefault("config.yml");
    }

    @Override
    void configured(T configuration, DatabaseConfig database) {
        url = ownUrl.apply(configuration);
    }

    @Override
    void run(OpenDatabase database, Namespace arguments, PrintStream console) {
        LoginLinks links =
                new LoginLinks(KnownCommit.database(database.pools().api()::getConnection), new SecureRandom());
        String team = arguments.getString("team");
        @Nullable String name = arguments.getString("token");
        SessionSecret code = links.make(team, name, Actor.COMMAND_LINE)
                .orElseThrow(() -> new IllegalArgumentException("The team " + team + " has no valid token"
                        + (name == null ? "" : " called " + name) + ": make one with token create."));
        console.println(url + "/#login=" + code.value());
    }
}
