package dev.posthaste.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.codahale.metrics.MetricRegistry;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.OpenDatabase;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.logging.common.AppenderFactory;
import io.dropwizard.logging.common.ConsoleAppenderFactory;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import io.dropwizard.logging.common.LoggingFactory;
import java.io.PrintStream;
import java.util.function.Function;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;

/**
 * A command that works on the configured database, also beside a server that runs on the embedded one. A database that
 * nobody runs is started for the time of the command.
 */
abstract class DatabaseCommand<T extends Configuration> extends ConfiguredCommand<T> {
    private final Class<T> configurationClass;
    private final Function<T, DatabaseConfig> part;

    DatabaseCommand(String name, String description, Class<T> configurationClass, Function<T, DatabaseConfig> part) {
        super(name, description);
        this.configurationClass = configurationClass;
        this.part = part;
    }

    /** Told what is configured, before {@link #run(OpenDatabase, Namespace, PrintStream)}. */
    void configured(T configuration, DatabaseConfig database) {}

    /** Does the command's work; an {@link IllegalArgumentException} is shown as the sentence that it carries. */
    abstract void run(OpenDatabase database, Namespace arguments, PrintStream console);

    @Override
    protected Class<T> getConfigurationClass() {
        return configurationClass;
    }

    @Override
    protected void run(Bootstrap<T> bootstrap, Namespace namespace, T configuration) {
        logToStandardError(bootstrap, configuration.getLoggingFactory());
        DatabaseConfig config = part.apply(configuration);
        configured(configuration, config);
        try (OpenDatabase database = OpenDatabase.forCommand(config, new MetricRegistry())) {
            run(database, namespace, System.out);
        }
    }

    /** What a command answers is for scripts too: nothing else stands on its standard output. */
    private static void logToStandardError(Bootstrap<?> bootstrap, LoggingFactory factory) {
        if (factory instanceof DefaultLoggingFactory logging) {
            for (AppenderFactory<ILoggingEvent> appender : logging.getAppenders()) {
                if (appender instanceof ConsoleAppenderFactory<ILoggingEvent> console) {
                    console.setTarget(ConsoleAppenderFactory.ConsoleStream.STDERR);
                }
            }
            logging.configure(
                    bootstrap.getMetricRegistry(), bootstrap.getApplication().getName());
        }
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        Failures.report(System.err, failure);
    }

    /** Each part of a command takes the configuration's file as its last argument. */
    final Subparser part(Subparsers parts, String name, String help) {
        Subparser subparser = parts.addParser(name, true).help(help);
        addFileArgument(subparser).setDefault("config.yml");
        return subparser;
    }
}
