package dev.posthaste.audit;

import org.jspecify.annotations.Nullable;

/**
 * What something is done to.
 *
 * @param type such as {@code queue}
 * @param id null for what has none
 * @param name as it was then, null for what has none
 */
public record Thing(
        String type, @Nullable Long id, @Nullable String name) {
    /** A job; of a chain that one which was named. */
    public static Thing job(long id) {
        return new Thing("job", id, null);
    }

    /** A queue. */
    public static Thing queue(long id, String name) {
        return new Thing("queue", id, name);
    }

    /** A cron. */
    public static Thing cron(long id, String name) {
        return new Thing("cron", id, name);
    }

    /** An alert, by the name of what it is about. */
    public static Thing alert(long id, String name) {
        return new Thing("alert", id, name);
    }

    /** A channel of alerts, by its type: where it leads to may be a secret. */
    public static Thing alertChannel(long id, String type) {
        return new Thing("alert_channel", id, type);
    }

    /** An operation over many jobs, by what it does. */
    public static Thing operation(long id, String action) {
        return new Thing("operation", id, action);
    }

    /** An API token. */
    public static Thing token(long id, String name) {
        return new Thing("token", id, name);
    }

    /** A team. */
    public static Thing team(long id, String name) {
        return new Thing("team", id, name);
    }

    /** A signing secret. */
    public static Thing signingSecret(long id) {
        return new Thing("signing_secret", id, null);
    }

    /** The key that seals signing secrets, by its fingerprint; null for all that there were. */
    public static Thing secretKey(@Nullable String fingerprint) {
        return new Thing("secret_key", null, fingerprint);
    }
}
