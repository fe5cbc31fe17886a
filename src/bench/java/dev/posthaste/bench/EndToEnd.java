package dev.posthaste.bench;

import java.util.List;

/** Deliveries over HTTP to a local receiver, each with its run recorded; beside the peers and the client alone. */
final class EndToEnd implements Measure {
    private static final String UNIT = "deliveries/s";
    private static final int MAX_WARM_UPS = 48;
    private static final int PEER_THREADS = 100;
    private static final int RAW_THREADS = 32;

    @Override
    public String name() {
        return "end-to-end";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        int backlog = laboratory.options().scaled(20_000);
        int small = laboratory.options().scaled(800);
        BenchDatabase databases = laboratory.database();
        ReceiverProcess receiver = laboratory.receiver();
        Service service = laboratory.service();
        try (Contender dbScheduler = new DbScheduler(databases.create("delivery_db_scheduler"), PEER_THREADS);
                Contender jobStoreTx = new JobStoreTx(databases.create("delivery_quartz"));
                RequestSender sender = new RequestSender(PEER_THREADS);
                ApiClient client = new ApiClient(service.server(), 4)) {
            ServerBacklog ours = new ServerBacklog(client, service.database(), receiver);
            DeliveryWork dbSchedulerWork = new DeliveryWork(sender, receiver.url("/hit"), dbScheduler.database());
            DeliveryWork jobStoreTxWork = new DeliveryWork(sender, receiver.url("/hit"), jobStoreTx.database());
            WarmUp warmUp = new WarmUp(laboratory, MAX_WARM_UPS, 0.02);
            warmUp.run("Posthaste", service.server().process(), () -> ours.deliver(backlog));
            // The peers run in this process.
            warmUp.runHere("HttpClient alone", () -> raw(sender, receiver, backlog));
            warmUp.runHere("db-scheduler", () -> dbScheduler.loadAndDrain(backlog, dbSchedulerWork));
            warmUp.runHere("JobStoreTX", () -> jobStoreTx.loadAndDrain(small / 4, jobStoreTxWork));
            // What a server had to do to get warm, hundreds of thousands of finished jobs, is not the measure's.
            service.empty();
            dbSchedulerWork.forget();
            jobStoreTxWork.forget();
            Contest.Figures figures = new Contest(laboratory)
                    .enter("Posthaste", UNIT, () -> ours.deliver(backlog))
                    .enter("db-scheduler", UNIT, () -> dbScheduler.loadAndDrain(backlog, dbSchedulerWork))
                    .enter("JobStoreTX", UNIT, () -> jobStoreTx.loadAndDrain(small, jobStoreTxWork))
                    .enter("HttpClient alone", UNIT, () -> raw(sender, receiver, backlog))
                    .run();
            return List.of(row(backlog, figures));
        }
    }

    private static Row row(int backlog, Contest.Figures figures) {
        Figure ours = figures.of("Posthaste");
        Figure peer = figures.of("db-scheduler");
        Figure stock = figures.of("JobStoreTX");
        Figure raw = figures.of("HttpClient alone");
        return Row.of("end to end: backlog of " + backlog + ", runs recorded", ours, List.of(peer, stock, raw))
                .with(Verdict.times(2, ours, peer))
                .with(Verdict.times(3, ours, peer).asGoal())
                .with(Verdict.times(0.3, ours, raw))
                .with(Verdict.times(0.45, ours, raw).asGoal())
                .noting("receiver: one-thread NIO server in Java; the client alone with " + RAW_THREADS + " threads");
    }

    private static double raw(RequestSender sender, ReceiverProcess receiver, int count) throws Exception {
        return Callers.rate(RAW_THREADS, count, number -> sender.send(receiver.url("/hit")));
    }
}
