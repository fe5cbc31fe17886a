package dev.posthaste.audit;

import org.jspecify.annotations.Nullable;

/**
 * Who changes something.
 *
 * @param tokenId null for who came without a token
 * @param name the token's, or what else it was
 * @param address where the call came from, null for none
 */
public record Actor(
        @Nullable Long tokenId, String name, @Nullable String address) {
    /** Whoever may run commands beside the configuration. */
    public static final Actor COMMAND_LINE = new Actor(null, "command line", null);

    /** Whoever reaches the admin port. */
    public static final Actor ADMIN_PORT = new Actor(null, "admin port", null);

    /** A server at its start, by its configuration. */
    public static final Actor SERVER = new Actor(null, "server", null);

    /** A call with a token. */
    public static Actor token(long id, String name, String address) {
        return new Actor(id, name, address);
    }
}
