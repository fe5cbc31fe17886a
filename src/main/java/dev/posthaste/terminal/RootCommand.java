package dev.posthaste.terminal;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code posthaste} by itself. */
@Command(
        name = Terminal.NAME,
        description = "Sends HTTP requests later: the commands of a terminal.",
        footer = {
            "",
            "The server is POSTHASTE_URL (" + ServerAddress.DEFAULT + " without it), the token POSTHASTE_TOKEN.",
            "`posthaste COMMAND --help` shows the options of a command.",
            "",
            "Where the server runs there are further commands, each with its own --help: server, check, db, token, team,"
                    + " secret-key, login-link, receive.",
            "",
            "Exit codes: 0 done; 1 refused, or failed; 2 the command line is wrong; 3 no server to be reached;",
            "4 no token, or one that may not; 5 not ended within --wait-at-most; 6 the result cannot be written.",
        })
final class RootCommand implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the version.")
    private boolean version;

    @Override
    public Integer call() {
        throw CommandFailure.usage(help || version ? "" : "Which command? `posthaste --help` shows what there is.");
    }
}
