package dev.posthaste.cli;

import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.CheckCommand;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import net.sourceforge.argparse4j.inf.Argument;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** {@code check config.yml}: Dropwizard's, in the words in which a server that cannot start says the same. */
public final class ConfigCheckCommand<T extends Configuration> extends CheckCommand<T> {
    /** Checks the configuration of the application. */
    public ConfigCheckCommand(Application<T> application) {
        super(application);
    }

    @Override
    protected Argument addFileArgument(Subparser subparser) {
        return super.addFileArgument(subparser).setDefault("config.yml");
    }

    /** Not through the log, whose writer may not have come so far when the process ends. */
    @Override
    protected void run(Bootstrap<T> bootstrap, Namespace namespace, T configuration) {
        System.out.println("Configuration is OK");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        Failures.report(System.err, failure);
    }
}
