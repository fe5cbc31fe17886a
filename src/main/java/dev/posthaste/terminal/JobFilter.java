package dev.posthaste.terminal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which jobs; those of {@code GET /api/jobs}. */
final class JobFilter {
    @Option(
            names = {"-q", "--queue"},
            paramLabel = "NAME",
            description = "Of this queue.")
    private @Nullable String queue;

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

    @Option(
            names = {"-u", "--url"},
            paramLabel = "PART",
            description = "With this in their URL.")
    private @Nullable String url;

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "TAG",
            description = "With this tag.")
    private @Nullable String tag;

    Pages pages(ApiClient api) {
        return new Pages(
                api,
                "/api/jobs",
                Pages.filters("queue", queue, "status", status, "final_status", finalStatus, "url", url, "tag", tag));
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
