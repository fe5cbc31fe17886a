package dev.posthaste;

import java.util.Set;

/** The names of the commands that need more than the API: those that {@link Posthaste} adds. Everything else is the terminal's. */
final class ServerCommands {
    private static final Set<String> NAMES =
            Set.of("server", "check", "token", "team", "db", "secret-key", "receive", "login-link");

    private ServerCommands() {}

    static boolean has(String name) {
        return NAMES.contains(name);
    }

    static Set<String> names() {
        return NAMES;
    }
}
