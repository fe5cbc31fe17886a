package dev.posthaste.terminal;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which jobs; those of {@code GET /api/jobs}. */
final class JobFilter {
    @Mixin
    private final FilterOptions list = new FilterOptions();

    @Option(
            names = {"-s", "--status"},
            paramLabel = "STATUS",
            description = "${COMPLETION-CANDIDATES}.")
    private @Nullable Status status;

    // Labels differ, because the script that completes has a list of values for each of them.
    @Option(names = "--final-status", paramLabel = "FINAL", description = "${COMPLETION-CANDIDATES}.")
    private @Nullable FinalStatus finalStatus;

    Pages pages(ApiClient api) {
        Map<String, String> filters = list.values();
        if (status != null) {
            filters.put("status", status.toString());
        }
        if (finalStatus != null) {
            filters.put("final_status", finalStatus.toString());
        }
        return new Pages(api, "/api/jobs", filters);
    }

    /** Those of a job. */
    enum Status {
        PENDING,
        PROCESSING,
        COMPLETED,
        FAILED,
        CANCELLED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How attempts and chains end. */
    enum FinalStatus {
        SUCCESS,
        RETRYING,
        FAILED_WITH_RETRIES,
        FAILED_NO_RETRIES,
        DEAD_LETTERED,
        CANCELLED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
