package dev.posthaste.chaos;

import dev.posthaste.system.Api;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One run: starts all, pushes while faults are done, heals, drains, and judges what came of it. */
final class ChaosRun {
    private static final int NODES = 3;

    /** Before the end is looked for: leases are had again, claims given back. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private static final int SOME_OF_WHICH_MEET_COMMITS = 3;

    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);
    private static final Duration DRAINED_WITHIN = Duration.ofMinutes(2);

    private final ChaosOptions options;
    private final Consumer<String> told;

    /** @param told what a person who waits is told, line by line */
    ChaosRun(ChaosOptions options, Consumer<String> told) {
        this.options = options;
        this.told = told;
    }

    /** @param breaches empty when all was kept */
    record Outcome(History history, List<String> breaches) {
        /** Keeps what is needed to find out why. */
        void write(Path directory) throws IOException {
            HistoryFile.write(directory, history, breaches);
        }
    }

    Outcome run() throws Exception {
        told.accept("seed " + options.seed() + ": " + options.length().toSeconds() + " s of " + options.rate()
                + " jobs a second for " + NODES + " nodes");
        List<PlannedFault> faults = FaultSchedule.draw(options.seed(), options.length(), NODES);
        faults.forEach(fault -> told.accept("  " + fault.told()));
        Recorder recorder = new Recorder();
        Senders senders = new Senders();
        try (Receiver receiver = new Receiver(senders, recorder);
                Cluster cluster = Cluster.start(NODES, senders, recorder)) {
            Workload workload = new Workload(options.seed(), receiver, options.rate());
            History history = run(cluster, receiver, workload, faults, recorder);
            new Summary(history, options.allowances()).lines().forEach(told);
            return new Outcome(history, new Checker(options.allowances()).check(history));
        }
    }

    private History run(
            Cluster cluster, Receiver receiver, Workload workload, List<PlannedFault> faults, Recorder recorder)
            throws InterruptedException, ExecutionException, SQLException, IOException {
        StatsReading stats = new StatsReading(cluster);
        EndReader end = new EndReader(cluster, stats);
        List<CronRow> crons = List.of();
        Instant begun = Instant.now();
        Interval run = new Interval(begun, begun);
        StallDetector stalls = new StallDetector(recorder);
        StarvationDetector starvations = new StarvationDetector(recorder);
        StatsWatch counters = new StatsWatch(cluster, stats, recorder);
        try (Pusher pusher = new Pusher(cluster, workload, recorder);
                FaultInjector injector = new FaultInjector(cluster, recorder)) {
            long paused = prepare(cluster, workload);
            List<CronRow> made = makeCrons(cluster, receiver);
            PauseSwitch pauses = new PauseSwitch(cluster, recorder, Workload.PAUSED, paused, options.seed());
            pauses.begin();
            begun = Instant.now();
            pusher.begin(options.rate());
            injector.begin(faults);
            watch(cluster);
            pusher.end();
            run = new Interval(begun, Instant.now());
            injector.awaitEnd();
            told.accept("all is healed; waiting for what is on its way");
            TimeUnit.MILLISECONDS.sleep(SETTLING.toMillis());
            pauses.end();
            pusher.awaitAnswers(ANSWERED_WITHIN);
            crons = pauseCrons(cluster, made);
            end.awaitDrained(DRAINED_WITHIN);
        } catch (SQLException | RuntimeException e) {
            // What has happened until then is judged, and kept.
            run = new Interval(begun, Instant.now());
            recorder.odd("The run came to no end: " + e);
        } finally {
            stalls.close();
            starvations.close();
            counters.close();
        }
        mustHaveLostCommits(cluster, faults, recorder);
        cluster.nodes().forEach(ChaosNode::look);
        for (ChaosNode node : cluster.nodes()) {
            node.readLog();
            if (!isHealthy(node)) {
                recorder.odd("Node " + node.index() + " is not healthy in the end.");
            }
        }
        return recorder.history(NODES, run, workload.gates(), endState(end, crons, recorder));
    }

    /** A node may be away when its turn comes; all of them are when nobody knows a commit any more. */
    private static void mustHaveLostCommits(Cluster cluster, List<PlannedFault> faults, Recorder recorder) {
        long planned = faults.stream()
                .filter(fault -> fault.kind() == FaultKind.LOSE_COMMITS)
                .count();
        int lost = cluster.nodes().stream()
                .mapToInt(node -> node.line().lostAnswers())
                .sum();
        if (planned >= SOME_OF_WHICH_MEET_COMMITS && lost == 0) {
            recorder.odd(planned + " times the answers to commits were to be lost, and none was.");
        }
    }

    private static boolean isHealthy(ChaosNode node) {
        try {
            return node.process().isHealthy();
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Nothing where it cannot be read, which is a breach: what came is judged and kept all the same. */
    private static EndState endState(EndReader end, List<CronRow> crons, Recorder recorder)
            throws InterruptedException {
        try {
            return end.read(crons);
        } catch (SQLException | IOException | RuntimeException e) {
            recorder.odd("What there is in the end cannot be read: " + e);
            return new EndState(List.of(), List.of(), List.of(), crons, 0, List.of(), List.of());
        }
    }

    private void watch(Cluster cluster) throws InterruptedException {
        Instant until = Instant.now().plus(options.length());
        while (Instant.now().isBefore(until)) {
            TimeUnit.MILLISECONDS.sleep(200);
            cluster.nodes().forEach(ChaosNode::look);
        }
    }

    /** Returns the id of the queue that will be paused. */
    private static long prepare(Cluster cluster, Workload workload) throws InterruptedException {
        cluster.call("/api/signing-secrets", "", 201);
        cluster.call("/api/queues", "{\"name\": \"" + Workload.PLAIN + "\"}", 201);
        for (GateLimit gate : workload.gates()) {
            cluster.call(
                    "/api/queues",
                    "{\"name\": \"" + gate.queue() + "\", \"max_parallelism\": " + gate.maxInFlight()
                            + ", \"max_per_second\": " + gate.maxPerSecond() + "}",
                    201);
        }
        return Api.json(cluster.call("/api/queues", "{\"name\": \"" + Workload.PAUSED + "\"}", 201))
                .get("id")
                .asLong();
    }

    /** One that succeeds and reports, one that fails first, and one that waits in a limited queue. */
    private static List<CronRow> makeCrons(Cluster cluster, Receiver receiver) throws InterruptedException {
        List<CronRow> crons = new ArrayList<>();
        crons.add(makeCron(
                cluster,
                receiver,
                new Target(Target.CRON, 1, 0, 0, 50),
                ", \"callback_url\": \"" + receiver.url(new Target(Target.CALLBACK, 0, 0, 0, 10)) + "\""));
        crons.add(makeCron(
                cluster,
                receiver,
                new Target(Target.CRON, 2, 0, 1, 300),
                ", \"retry_delays\": [" + Workload.CRON_RETRY.toSeconds() + "]"));
        crons.add(makeCron(
                cluster, receiver, new Target(Target.CRON, 3, 0, 0, 200), ", \"queue\": \"" + Workload.LIMITED + "\""));
        return crons;
    }

    private static CronRow makeCron(Cluster cluster, Receiver receiver, Target target, String more)
            throws InterruptedException {
        String cron = "{\"name\": \"cron " + target.push() + "\", \"cron_expression\": \"* * * * *\", \"url\": \""
                + receiver.url(target) + "\"" + more + "}";
        Instant asked = Instant.now();
        long id = Api.json(cluster.call("/api/crons", cron, 201)).get("id").asLong();
        Instant made = Instant.now();
        return new CronRow(id, asked, made, made);
    }

    private static List<CronRow> pauseCrons(Cluster cluster, List<CronRow> crons) throws InterruptedException {
        List<CronRow> paused = new ArrayList<>();
        for (CronRow cron : crons) {
            Instant before = Instant.now();
            cluster.call("/api/crons/" + cron.id() + "/pause", "", 200);
            paused.add(new CronRow(cron.id(), cron.asked(), cron.made(), before));
        }
        return paused;
    }
}
