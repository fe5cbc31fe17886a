package dev.posthaste.cli;

import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Bootstrap;
import net.sourceforge.argparse4j.inf.Argument;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** {@code server config.yml}: Dropwizard's, with an end that a person can read when the server cannot start. */
public final class ServeCommand<T extends Configuration> extends ServerCommand<T> {
    private final Class<T> configurationClass;

    /** Starts the application. */
    public ServeCommand(Application<T> application) {
        super(application);
        this.configurationClass = application.getConfigurationClass();
    }

    @Override
    protected Class<T> getConfigurationClass() {
        return configurationClass;
    }

    @Override
    protected Argument addFileArgument(Subparser subparser) {
        return super.addFileArgument(subparser).setDefault("config.yml");
    }

    @Override
    protected void run(Bootstrap<T> bootstrap, Namespace namespace, T configuration) throws Exception {
        Listeners.of(configuration.getServerFactory()).mustBeFree();
        super.run(bootstrap, namespace, configuration);
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        T configuration = getConfiguration();
        if (configuration == null) {
            Failures.report(System.err, failure);
        } else {
            Failures.report(System.err, failure, Listeners.of(configuration.getServerFactory())::unopened);
        }
    }
}
