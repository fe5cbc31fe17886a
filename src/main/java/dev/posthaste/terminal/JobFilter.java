package dev.posthaste.terminal;

import java.util.ArrayList;
import java.util.List;
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
            completionCandidates = Statuses.class,
            description = "${COMPLETION-CANDIDATES}.")
    private @Nullable String status;

    @Option(
            names = "--final-status",
            paramLabel = "STATUS",
            completionCandidates = FinalStatuses.class,
            description = "${COMPLETION-CANDIDATES}.")
    private @Nullable String finalStatus;

    Pages pages(ApiClient api) {
        Map<String, String> filters = list.values();
        FilterOptions.add(filters, "status", status);
        FilterOptions.add(filters, "final_status", finalStatus);
        return new Pages(api, "/api/jobs", filters);
    }

    /** Those of a job. */
    static final class Statuses extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Statuses() {
            super(List.of("pending", "processing", "completed", "failed", "cancelled"));
        }
    }

    /** How attempts and chains end. */
    static final class FinalStatuses extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        FinalStatuses() {
            super(List.of(
                    "success", "retrying", "failed_with_retries", "failed_no_retries", "dead_lettered", "cancelled"));
        }
    }
}
