package dev.posthaste.bench;

import java.util.List;

/** Jobs accepted by {@code POST /api/jobs/batch}. */
final class BatchPosts implements Measure {
    private static final int CONNECTIONS = 4;

    @Override
    public String name() {
        return "batch";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        int batches = laboratory.options().scaled(50);
        Service service = laboratory.service();
        try (ApiClient client = new ApiClient(service.server(), CONNECTIONS)) {
            String job = ApiClient.distantJob("batch", "http://127.0.0.1:9/never");
            push(client, job, batches);
            Contest.Figures figures = new Contest(laboratory)
                    .enter("Posthaste", "jobs/s", () -> push(client, job, batches))
                    .run();
            Figure ours = figures.of("Posthaste");
            return List.of(Row.of("POST /api/jobs/batch", ours, List.of())
                    .with(Verdict.atLeast(10_000, ours))
                    .noting(CONNECTIONS + " connections, " + ApiClient.MAX_BATCH + " jobs a call"));
        }
    }

    private static double push(ApiClient client, String job, int batches) throws Exception {
        return ApiClient.MAX_BATCH
                * Callers.rate(CONNECTIONS, batches, number -> client.pushBatch(job, ApiClient.MAX_BATCH));
    }
}
