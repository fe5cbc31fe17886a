package dev.posthaste.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Storing jobs for later: one by one from blocking callers, and in batches. Nothing fires meanwhile. */
final class Scheduling implements Measure {
    private static final int BATCH = 1_000;
    private static final String UNIT = "jobs/s";

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
        try (PosthasteStore ours = new PosthasteStore(databases.create("bare_posthaste"));
                DbScheduler dbScheduler = new DbScheduler(databases.create("bare_db_scheduler"), 100);
                JobStoreTx jobStoreTx = new JobStoreTx(databases.create("bare_quartz"))) {
            singly(ours, 64, total);
            singly(dbScheduler, 8, total);
            Map<String, Figure> figures = new Contest(laboratory)
                    .enter("Posthaste, 8 callers", UNIT, () -> singly(ours, 8, total))
                    .enter("db-scheduler", UNIT, () -> singly(dbScheduler, 8, total))
                    .enter("JobStoreTX", UNIT, () -> singly(jobStoreTx, 8, small))
                    .enter("Posthaste, 64 callers", UNIT, () -> singly(ours, 64, total * 2))
                    .enter("Posthaste, batches", UNIT, () -> {
                        ours.clear();
                        return BATCH * Callers.rate(2, batches, batch -> ours.scheduleAll(batch * BATCH, BATCH));
                    })
                    .enter("db-scheduler's scheduleBatch", UNIT, () -> {
                        dbScheduler.clear();
                        return BATCH
                                * Callers.rate(2, batches / 2, batch -> dbScheduler.scheduleAll(batch * BATCH, BATCH));
                    })
                    .run();
            Figure peer = Objects.requireNonNull(figures.get("db-scheduler"));
            Figure stock = Objects.requireNonNull(figures.get("JobStoreTX"));
            Figure inBatches = Objects.requireNonNull(figures.get("db-scheduler's scheduleBatch"));
            return List.of(
                    row("scheduling one by one, 8 callers", 1, figures.get("Posthaste, 8 callers"), peer, stock),
                    row("scheduling one by one, 64 callers", 2, figures.get("Posthaste, 64 callers"), peer)
                            .noting("db-scheduler with 8"),
                    row("scheduling in batches of " + BATCH, 4, figures.get("Posthaste, batches"), peer, inBatches)
                            .noting("2 callers; the bar is against db-scheduler one by one with 8"));
        }
    }

    private static double singly(Contender contender, int callers, int total) throws Exception {
        contender.clear();
        return Callers.rate(callers, total, contender::schedule);
    }

    private static Row row(String what, double bar, @Nullable Figure ours, Figure peer, Figure... others) {
        Figure own = Objects.requireNonNull(ours);
        List<Figure> beside = new ArrayList<>(List.of(peer));
        beside.addAll(List.of(others));
        return Row.of(what, own, beside).with(Verdict.times(bar, own, peer));
    }
}
