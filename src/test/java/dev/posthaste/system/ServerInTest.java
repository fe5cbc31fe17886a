package dev.posthaste.system;

import dev.posthaste.Posthaste;
import dev.posthaste.PosthasteConfiguration;
import dev.posthaste.db.TestDatabase;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import java.util.Objects;

/** A whole server in the test's own process, on any free ports: for what needs no process of its own. */
final class ServerInTest {
    private ServerInTest() {}

    /** One that is not started yet; its first token is {@link ServerProcess#TOKEN}. */
    static DropwizardTestSupport<PosthasteConfiguration> on(TestDatabase database) {
        return new DropwizardTestSupport<>(
                Posthaste.class,
                "config.yml",
                ConfigOverride.config("apiToken", ServerProcess.TOKEN),
                ConfigOverride.config("database.url", database.target().jdbcUrl()),
                ConfigOverride.config(
                        "database.user",
                        Objects.requireNonNull(database.target().user())),
                ConfigOverride.config(
                        "database.password",
                        Objects.requireNonNull(database.target().password())),
                ConfigOverride.config("server.applicationConnectors[0].port", "0"),
                ConfigOverride.config("server.adminConnectors[0].port", "0"));
    }
}
