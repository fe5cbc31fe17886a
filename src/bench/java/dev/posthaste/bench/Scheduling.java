package dev.posthaste.bench;

import java.util.List;

/** Storing jobs for later: one by one from blocking callers, and in batches. Nothing fires meanwhile. */
final class Scheduling implements Measure {
    private static final int BATCH = 1_000;
    private static final int BATCH_CALLERS = 2;
    private static final String UNIT = "jobs/s";
    private static final String OURS = "Posthaste, 8 callers";
    private static final String OURS_64 = "Posthaste, 64 callers";
    private static final String OURS_BATCHES = "Posthaste, batches";
    private static final String DB_SCHEDULER = "db-scheduler";
    private static final String DB_SCHEDULER_BATCHES = "db-scheduler's scheduleBatch";
    private static final String JOB_STORE_TX = "JobStoreTX";
    private static final String LIMIT = "single-row commits, 8 connections";
    private static final String LIMIT_64 = "single-row commits, 64 connections";

    @Override
    public String name() {
        return "scheduling";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        int total = laboratory.options().scaled(20_000);
        int small = laboratory.options().scaled(1_000);
        int batches = laboratory.options().scaled(100);
        BenchDatabase databases = laboratory.database();
        RowCommits commits = new RowCommits(databases.create("commits"));
        try (PosthasteStore ours = new PosthasteStore(databases.create("bare_posthaste"));
                DbScheduler dbScheduler = new DbScheduler(databases.create("bare_db_scheduler"), 100);
                JobStoreTx jobStoreTx = new JobStoreTx(databases.create("bare_quartz"))) {
            singly(ours, 64, total);
            singly(dbScheduler, 8, total);
            commits.rate(8, total / 2);
            Contest.Figures figures = new Contest(laboratory)
                    .enter(OURS, UNIT, () -> singly(ours, 8, total))
                    .enter(DB_SCHEDULER, UNIT, () -> singly(dbScheduler, 8, total))
                    .enter(JOB_STORE_TX, UNIT, () -> singly(jobStoreTx, 8, small))
                    .enter(LIMIT, UNIT, () -> commits.rate(8, total))
                    .enter(OURS_64, UNIT, () -> singly(ours, 64, total * 2))
                    .enter(LIMIT_64, UNIT, () -> commits.rate(64, total))
                    .enter(OURS_BATCHES, UNIT, () -> ourBatches(ours, batches))
                    .enter(DB_SCHEDULER_BATCHES, UNIT, () -> theirBatches(dbScheduler, batches / 2))
                    .run();
            return rows(figures);
        }
    }

    private static double singly(Contender contender, int callers, int total) throws Exception {
        contender.clear();
        return Callers.rate(callers, total, contender::schedule);
    }

    private static double ourBatches(PosthasteStore store, int batches) throws Exception {
        store.clear();
        return BATCH * Callers.rate(BATCH_CALLERS, batches, batch -> store.scheduleAll(batch * BATCH, BATCH));
    }

    private static double theirBatches(DbScheduler peer, int batches) throws Exception {
        peer.clear();
        return BATCH * Callers.rate(BATCH_CALLERS, batches, batch -> peer.scheduleAll(batch * BATCH, BATCH));
    }

    private static List<Row> rows(Contest.Figures figures) {
        Figure peer = figures.of(DB_SCHEDULER);
        Figure ours = figures.of(OURS);
        Figure ours64 = figures.of(OURS_64);
        Figure inBatches = figures.of(OURS_BATCHES);
        List<Figure> beside = List.of(peer, figures.of(JOB_STORE_TX), figures.of(LIMIT));
        return List.of(
                Row.of("scheduling one by one, 8 callers", ours, beside).with(Verdict.times(1, ours, peer)),
                Row.of("scheduling one by one, 64 callers", ours64, List.of(peer, figures.of(LIMIT_64)))
                        .with(Verdict.times(2, ours64, peer))
                        .noting("db-scheduler with 8"),
                Row.of("scheduling in batches", inBatches, List.of(peer, figures.of(DB_SCHEDULER_BATCHES)))
                        .with(Verdict.times(4, inBatches, peer))
                        .noting(BATCH + " at once, " + BATCH_CALLERS
                                + " callers; the bar is against one by one with 8"));
    }
}
