package dev.posthaste.bench;

import java.util.List;

/** SQL statements for each delivered job at saturation, transaction control included, as PostgreSQL counts them. */
final class Statements implements Measure {
    private static final String UNIT = "statements/job";
    private static final int PEER_THREADS = 100;

    @Override
    public String name() {
        return "statements";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        int backlog = laboratory.options().scaled(20_000);
        // What the peers execute for a job does not hang on how many there are.
        int small = laboratory.options().scaled(300);
        int peers = laboratory.options().scaled(5_000);
        BenchDatabase databases = laboratory.database();
        ReceiverProcess receiver = laboratory.receiver();
        Service service = laboratory.service();
        try (Contender dbScheduler = new DbScheduler(databases.create("delivery_db_scheduler"), PEER_THREADS);
                Contender jobStoreTx = new JobStoreTx(databases.create("delivery_quartz"));
                RequestSender sender = new RequestSender(PEER_THREADS);
                ApiClient client = new ApiClient(service.server(), 4)) {
            ServerBacklog ours = new ServerBacklog(client, service.database(), receiver);
            ours.deliver(backlog);
            Contest.Figures figures = new Contest(laboratory)
                    .enter("Posthaste", UNIT, () -> ofServer(ours, service.database(), backlog))
                    .enter("db-scheduler", UNIT, () -> ofPeer(dbScheduler, sender, receiver, peers))
                    .enter("JobStoreTX", UNIT, () -> ofPeer(jobStoreTx, sender, receiver, small))
                    .run();
            Figure figure = figures.of("Posthaste");
            Figure peer = figures.of("db-scheduler");
            Figure stock = figures.of("JobStoreTX");
            return List.of(Row.of("SQL statements for each delivered job at saturation", figure, List.of(peer, stock))
                    .with(Verdict.atMost(0.2, figure))
                    .noting("pg_stat_statements, begin and commit included"));
        }
    }

    private static double ofServer(ServerBacklog backlog, PooledDatabase database, int count) throws Exception {
        long[] before = new long[1];
        try (StatementCount counted = new StatementCount(database)) {
            backlog.deliver(count, () -> before[0] = counted.statements());
            return (counted.statements() - before[0]) / (double) count;
        }
    }

    private static double ofPeer(Contender peer, RequestSender sender, ReceiverProcess receiver, int count)
            throws Exception {
        Contender.Work work = new DeliveryWork(sender, receiver.url("/hit"), peer.database());
        peer.load(count);
        try (StatementCount counted = new StatementCount(peer.database())) {
            peer.drain(count, work);
            return counted.statements() / (double) count;
        }
    }
}
