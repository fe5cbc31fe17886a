package dev.posthaste.bench;

import java.util.List;
import java.util.Map;
import java.util.Objects;

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
            warmUp.runHere("db-scheduler", () -> drain(dbScheduler, backlog, dbSchedulerWork));
            warmUp.runHere("JobStoreTX", () -> drain(jobStoreTx, small / 4, jobStoreTxWork));
            // What a server had to do to get warm, hundreds of thousands of finished jobs, is not the measure's.
            service.empty();
            dbSchedulerWork.forget();
            jobStoreTxWork.forget();
            Map<String, Figure> figures = new Contest(laboratory)
                    .enter("Posthaste", UNIT, () -> ours.deliver(backlog))
                    .enter("db-scheduler", UNIT, () -> drain(dbScheduler, backlog, dbSchedulerWork))
                    .enter("JobStoreTX", UNIT, () -> drain(jobStoreTx, small, jobStoreTxWork))
                    .enter("HttpClient alone", UNIT, () -> raw(sender, receiver, backlog))
                    .run();
            return List.of(row(backlog, figures));
        }
    }

    private static Row row(int backlog, Map<String, Figure> figures) {
        Figure ours = Objects.requireNonNull(figures.get("Posthaste"));
        Figure peer = Objects.requireNonNull(figures.get("db-scheduler"));
        Figure stock = Objects.requireNonNull(figures.get("JobStoreTX"));
        Figure raw = Objects.requireNonNull(figures.get("HttpClient alone"));
        return Row.of("end to end: backlog of " + backlog + ", runs recorded", ours, List.of(peer, stock, raw))
                .with(Verdict.times(2, ours, peer))
                .with(Verdict.times(3, ours, peer).asGoal())
                .with(Verdict.times(0.3, ours, raw))
                .with(Verdict.times(0.45, ours, raw).asGoal())
                .noting("receiver: one-thread NIO server in Java; the client alone with " + RAW_THREADS + " threads");
    }

    private static double drain(Contender contender, int count, Contender.Work work) throws Exception {
        contender.load(count);
        return contender.drain(count, work);
    }

    private static double raw(RequestSender sender, ReceiverProcess receiver, int count) throws Exception {
        return Callers.rate(RAW_THREADS, count, number -> sender.send(receiver.url("/hit")));
    }
}
