package dev.posthaste.cli;

import dev.posthaste.db.DatabaseUnusableException;
import io.dropwizard.configuration.ConfigurationException;
import java.io.PrintStream;

/** Tells an operator why a command failed: in a sentence where there is one, else with all that is known. */
final class Failures {
    private Failures() {}

    static void report(PrintStream console, Throwable failure) {
        boolean isForOperators = failure instanceof DatabaseUnusableException
                || failure instanceof ConfigurationException
                || failure instanceof IllegalArgumentException;
        if (isForOperators) {
            console.println(failure.getMessage());
        } else {
            failure.printStackTrace(console);
        }
    }
}
