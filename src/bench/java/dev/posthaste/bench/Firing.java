package dev.posthaste.bench;

import java.util.List;

/** The bare store: a backlog of due jobs that do nothing. */
final class Firing implements Measure {
    private static final int BACKLOG = 50_000;
    /** Quartz's own store would need minutes for the others' backlog. */
    private static final int BACKLOG_OF_JOB_STORE_TX = 1_000;

    private static final int MAX_WARM_UPS = 25;
    private static final double WARM = 0.05;

    @Override
    public String name() {
        return "firing";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        int backlog = laboratory.options().scaled(BACKLOG);
        int small = laboratory.options().scaled(BACKLOG_OF_JOB_STORE_TX);
        try (Contender ours = new PosthasteStore(laboratory.database().create("bare_posthaste"));
                Contender dbScheduler = new DbScheduler(laboratory.database().create("bare_db_scheduler"), 100);
                Contender jobStoreTx = new JobStoreTx(laboratory.database().create("bare_quartz"))) {
            WarmUp warmUp = new WarmUp(laboratory, MAX_WARM_UPS, WARM);
            warmUp.runHere(ours.who(), () -> ours.loadAndDrain(backlog, Contender.Work.NONE));
            warmUp.runHere(dbScheduler.who(), () -> dbScheduler.loadAndDrain(backlog / 4, Contender.Work.NONE));
            jobStoreTx.loadAndDrain(small / 4, Contender.Work.NONE);
            Contest.Figures figures = new Contest(laboratory)
                    .enter(ours.who(), "fires/s", () -> ours.loadAndDrain(backlog, Contender.Work.NONE))
                    .enter(dbScheduler.who(), "fires/s", () -> dbScheduler.loadAndDrain(backlog, Contender.Work.NONE))
                    .enter(jobStoreTx.who(), "fires/s", () -> jobStoreTx.loadAndDrain(small, Contender.Work.NONE))
                    .run();
            Figure own = figures.of(ours.who());
            Figure peer = figures.of(dbScheduler.who());
            Figure stock = figures.of(jobStoreTx.who());
            return List.of(Row.of("bare store, no-op jobs, backlog of " + backlog, own, List.of(peer, stock))
                    .with(Verdict.times(1.5, own, peer))
                    .with(Verdict.times(2.5, own, peer).asGoal())
                    .noting("completion committed before a slot is free; JobStoreTX with " + small));
        }
    }
}
