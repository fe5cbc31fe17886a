package dev.posthaste;

import dev.posthaste.terminal.Terminal;
import java.util.Locale;

/** Where the jar begins. A command of the terminal is run without loading anything of the server, so that it is there at once. */
public final class Main {
    private Main() {}

    /** {@code server config.yml} starts the server; {@code --help} tells what else there is. */
    public static void main(String[] given) throws Exception {
        // Numbers stand in addresses, in lines to be copied and in SQL: their digits are the same wherever somebody is.
        Locale.setDefault(Locale.ROOT);
        String[] arguments = spelt(given);
        if (arguments.length > 0 && ServerCommands.has(arguments[0])) {
            Posthaste.main(arguments);
        } else {
            System.exit(Terminal.ofThisProcess(ProductVersion.read().number()).run(arguments));
        }
    }

    /** {@code help jobs} as {@code jobs --help}, whoever's command it is. */
    static String[] spelt(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals("help")) {
            return arguments;
        }
        return arguments.length == 1 ? new String[] {"--help"} : new String[] {arguments[1], "--help"};
    }
}
