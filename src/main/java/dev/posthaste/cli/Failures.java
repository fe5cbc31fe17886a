package dev.posthaste.cli;

import dev.posthaste.db.DatabaseUnusableException;
import io.dropwizard.configuration.ConfigurationException;
import java.io.FileNotFoundException;
import java.io.PrintStream;
import java.net.BindException;

/** Tells an operator why a command failed: in a sentence where there is one, else with all that is known. */
final class Failures {
    private Failures() {}

    static void report(PrintStream console, Throwable failure) {
        boolean isForOperators = failure instanceof DatabaseUnusableException
                || failure instanceof ConfigurationException
                || failure instanceof IllegalArgumentException
                || failure instanceof FileNotFoundException;
        if (isForOperators) {
            console.println(failure.getMessage());
        } else if (isAddressTaken(failure)) {
            console.println("An address to listen on cannot be had: " + failure.getMessage()
                    + ". Stop what has it, or set POSTHASTE_PORT and POSTHASTE_ADMIN_PORT to others.");
        } else {
            failure.printStackTrace(console);
        }
    }

    private static boolean isAddressTaken(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }
}
