package dev.posthaste.cli;

import dev.posthaste.postgres.DatabaseUnusableException;
import dev.posthaste.signing.SecretKeyException;
import dev.posthaste.sql.CommitUnknownException;
import dev.posthaste.sql.SqlFailure;
import io.dropwizard.configuration.ConfigurationException;
import java.io.FileNotFoundException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells an operator why a command failed: in a sentence where there is one, else with all that is known. */
final class Failures {
    /** What the system says of an address that it does not give, in exceptions that say as much of other things. */
    private static final Set<String> REFUSALS =
            Set.of("Permission denied", "Unresolved address", "Protocol family unavailable");

    private Failures() {}

    static void report(PrintStream console, Throwable failure) {
        report(console, failure, ignored -> Optional.empty());
    }

    /** @param listening finds the address that a failure is about */
    static void report(PrintStream console, Throwable failure, Function<Throwable, Optional<ListenAddress>> listening) {
        if (isProcessEnding()) {
            // Whatever was being started has had its database taken from under it.
            return;
        }
        boolean isForOperators = failure instanceof DatabaseUnusableException
                || failure instanceof SecretKeyException
                || failure instanceof IllegalArgumentException
                || failure instanceof FileNotFoundException;
        Throwable unopened = unopened(failure);
        if (failure instanceof ConfigurationException unreadable) {
            console.println(UnreadableSetting.message(unreadable).orElse(unreadable.getMessage()));
        } else if (isForOperators) {
            console.println(failure.getMessage());
        } else if (SqlFailure.hidesWhatWasDone(failure)) {
            console.println(CommitUnknownException.ADVICE);
        } else if (unopened != null) {
            console.println(listening
                    .apply(failure)
                    .map(address -> address.refusal(unopened))
                    .orElseGet(() -> "An address to listen on cannot be had: " + unopened.getMessage() + "."));
        } else {
            failure.printStackTrace(console);
        }
    }

    private static boolean isProcessEnding() {
        Thread asked = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(asked);
            Runtime.getRuntime().removeShutdownHook(asked);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /** What the system said; null when it was something else. */
    private static @Nullable Throwable unopened(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException
                    || cause instanceof UnresolvedAddressException
                    || (cause instanceof SocketException && REFUSALS.contains(String.valueOf(cause.getMessage())))) {
                return cause;
            }
        }
        return null;
    }
}
