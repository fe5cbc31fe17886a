package dev.posthaste.oneshots;

import java.util.UUID;

/**
 * What one start of a node is called in the cluster; no other start is ever called so.
 *
 * @param text as the tables have it
 */
public record InstanceName(String text) {
    /** One that has not been used: with the process, for who looks for it, and with what no other host comes upon. */
    public static InstanceName unused() {
        // Never Quartz's AUTO, which fails where the host's own name does not resolve.
        return new InstanceName(ProcessHandle.current().pid() + "-" + UUID.randomUUID());
    }

    /**
     * What the node's sessions are to be called, their {@code application_name}, so that others can end them when it is dead.
     * PostgreSQL keeps 63 bytes; this takes 57 at most.
     */
    public String sessions() {
        return "posthaste " + text;
    }
}
