package dev.posthaste.system;

import dev.posthaste.Posthaste;
import dev.posthaste.PosthasteConfiguration;
import dev.posthaste.audit.Actor;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.teams.NewToken;
import dev.posthaste.teams.Scopes;
import dev.posthaste.teams.TeamDao;
import dev.posthaste.teams.Teams;
import dev.posthaste.teams.Tokens;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;

/** A server in the test's own process, on a database and ports of its own. */
public final class ServerInside implements AutoCloseable {
    /** Quartz keeps the data sources of a process in a map that bears no two starts at once. */
    private static final Object STARTING = new Object();

    private final TestDatabase database;
    private final boolean isBesideAnother;
    private final DropwizardTestSupport<PosthasteConfiguration> server;

    /** @param settings beside those that every test needs */
    public ServerInside(ConfigOverride... settings) throws Exception {
        this(TestDatabase.fresh(), false, settings);
    }

    /** Another one on the database of one that is there and lives longer; with the same settings. */
    static ServerInside beside(ServerInside other, ConfigOverride... settings) throws Exception {
        return new ServerInside(other.database, true, settings);
    }

    private ServerInside(TestDatabase database, boolean isBesideAnother, ConfigOverride... settings) throws Exception {
        this.database = database;
        this.isBesideAnother = isBesideAnother;
        List<ConfigOverride> all = new ArrayList<>(List.of(settings));
        all.add(ConfigOverride.config("delivery.announceStop", "0s"));
        all.add(ConfigOverride.config("apiToken", ServerProcess.TOKEN));
        all.add(ConfigOverride.config("database.url", database.target().jdbcUrl()));
        all.add(ConfigOverride.config(
                "database.user", Objects.requireNonNull(database.target().user())));
        all.add(ConfigOverride.config(
                "database.password", Objects.requireNonNull(database.target().password())));
        all.add(ConfigOverride.config("server.applicationConnectors[0].port", "0"));
        all.add(ConfigOverride.config("server.adminConnectors[0].port", "0"));
        server = new DropwizardTestSupport<>(Posthaste.class, "config.yml", all.toArray(ConfigOverride[]::new));
        synchronized (STARTING) {
            server.before();
        }
    }

    /** The database that it works on. */
    public TestDatabase database() {
        return database;
    }

    /** Of the API and the dashboard. */
    public int port() {
        return server.getLocalPort();
    }

    /** Of the admin tasks. */
    public int adminPort() {
        return server.getAdminPort();
    }

    /** The API with a token of another team, which is made. */
    public Api apiOfTeam(String name) {
        Jdbi jdbi = Jdbi.create(database.dataSource());
        new Teams(jdbi, new TeamDao()).create(name, Actor.COMMAND_LINE);
        return new Api(
                port(),
                new Tokens(jdbi, new SecureRandom())
                        .create(name, new NewToken("of a test", Scopes.EVERY, null), Actor.COMMAND_LINE)
                        .secret()
                        .value());
    }

    /** What it tells on the admin port under that name. */
    public Object gauge(String name) {
        return environment().metrics().getGauges().get(name).getValue();
    }

    Environment environment() {
        return server.getEnvironment();
    }

    @Override
    public void close() {
        server.after();
        if (!isBesideAnother) {
            database.close();
        }
    }
}
