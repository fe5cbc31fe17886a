package dev.posthaste.overview;

import dev.posthaste.contract.ContractName;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A node of the cluster.
 *
 * @param since when it joined, null when it has not told
 * @param leaseUntil until when its last check-in is good, null for one that has left
 * @param version of its build, null when it has not told
 */
public record NodeGlance(
        String name,
        State state,
        @Nullable Instant since,
        @Nullable Instant leaseUntil,
        @Nullable String version) {
    /** How it is, by the database. */
    public enum State implements ContractName {
        ALIVE,
        /** Has not checked in for longer than its lease. */
        SILENT,
        /** Has left, and what it held has not been taken over yet. */
        GONE;

        @Override
        public String contractName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
