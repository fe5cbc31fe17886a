package dev.posthaste.cli;

import dev.posthaste.postgres.DatabaseUnusableException;
import io.dropwizard.configuration.ConfigurationException;
import java.io.FileNotFoundException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** Tells an operator why a command failed: in a sentence where there is one, else with all that is known. */
final class Failures {
    private Failures() {}

    static void report(PrintStream console, Throwable failure) {
        boolean isForOperators = failure instanceof DatabaseUnusableException
                || failure instanceof IllegalArgumentException
                || failure instanceof FileNotFoundException;
        String unopened = unopened(failure);
        if (failure instanceof ConfigurationException unreadable) {
            console.println(UnreadableSetting.message(unreadable).orElse(unreadable.getMessage()));
        } else if (isForOperators) {
            console.println(failure.getMessage());
        } else if (unopened != null) {
            console.println("An address to listen on cannot be had: " + unopened
                    + ". Stop what has it, or listen on another one (POSTHASTE_PORT, POSTHASTE_BIND and their ADMIN_"
                    + " counterparts; --port and --bind of receive).");
        } else {
            failure.printStackTrace(console);
        }
    }

    /** Which address, as far as that is known, and why; null when it was something else. */
    private static @Nullable String unopened(Throwable failure) {
        Throwable above = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException || isForbidden(cause)) {
                return above == cause ? cause.getMessage() : above.getMessage() + " (" + cause.getMessage() + ")";
            }
            if (cause instanceof UnresolvedAddressException) {
                return above.getMessage() + " (its name cannot be resolved)";
            }
            above = cause;
        }
        return null;
    }

    /** A port below 1024, for an ordinary user. */
    private static boolean isForbidden(Throwable cause) {
        return cause instanceof SocketException && "Permission denied".equals(cause.getMessage());
    }
}
