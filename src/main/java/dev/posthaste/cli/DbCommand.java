package dev.posthaste.cli;

import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.OpenDatabase;
import io.dropwizard.core.Configuration;
import java.io.PrintStream;
import java.util.function.Function;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** {@code db migrate}: what every server does at its start, by itself, for who wants it done before. */
public final class DbCommand<T extends Configuration> extends DatabaseCommand<T> {
    /** @param part of the configuration that names the database */
    public DbCommand(Class<T> configurationClass, Function<T, DatabaseConfig> part) {
        super("db", "Looks after the database's schema", configurationClass, part);
    }

    @Override
    public void configure(Subparser subparser) {
        part(subparser.addSubparsers().dest("action"), "migrate", "brings the schema up to date");
    }

    /** Opening the database has migrated it. */
    @Override
    void run(OpenDatabase database, Namespace arguments, PrintStream console) {
        console.println("The schema of the " + database.target() + " is up to date.");
    }
}
