package dev.posthaste.chaos;

import dev.posthaste.postgres.OwnPostgres;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does faults when they are due: those of one node, or of the database, one after the other, and each until it is over. */
final class FaultInjector implements AutoCloseable {
    private static final int COMMITS = 4;

    private final Cluster cluster;
    private final Recorder recorder;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<ExecutorService> ofNodes = new ArrayList<>();
    private final ExecutorService ofDatabase = Executors.newSingleThreadExecutor();
    private final List<CompletableFuture<Void>> begun = new ArrayList<>();

    FaultInjector(Cluster cluster, Recorder recorder) {
        this.cluster = cluster;
        this.recorder = recorder;
        cluster.nodes().forEach(node -> ofNodes.add(Executors.newSingleThreadExecutor()));
    }

    void begin(List<PlannedFault> faults) {
        for (PlannedFault fault : faults) {
            ExecutorService thread = fault.node() == Fault.DATABASE ? ofDatabase : ofNodes.get(fault.node());
            begun.add(CompletableFuture.runAsync(() -> carryOut(fault), command -> {
                Future<?> unused =
                        timer.schedule(() -> thread.execute(command), fault.at().toMillis(), TimeUnit.MILLISECONDS);
            }));
        }
    }

    /** Returns when all that were to be done are over. */
    void awaitEnd() throws InterruptedException, ExecutionException {
        CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).get();
    }

    private void carryOut(PlannedFault fault) {
        try {
            recorder.done(
                    fault.node() == Fault.DATABASE ? ofDatabase(fault) : ofNode(fault, cluster.node(fault.node())));
        } catch (IOException | RuntimeException e) {
            recorder.odd(fault.told() + " could not be done: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Fault ofDatabase(PlannedFault fault) throws IOException, InterruptedException {
        OwnPostgres database = cluster.database();
        Instant from = Instant.now();
        database.stopImmediately();
        rest(fault.length());
        database.start();
        return over(fault, from);
    }

    private Fault ofNode(PlannedFault fault, ChaosNode node) throws IOException, InterruptedException {
        Instant from = Instant.now();
        switch (fault.kind()) {
            case KILL, STOP -> {
                return ending(fault, node, from);
            }
            case FREEZE -> {
                node.signal("STOP");
                rest(fault.length());
                node.signal("CONT");
            }
            case CUT -> {
                node.line().cut();
                rest(fault.length());
                node.line().mend();
            }
            case HOLD -> {
                node.line().stall();
                rest(fault.length());
                node.line().mend();
            }
            case LOSE_COMMITS -> {
                node.line().loseTheAnswersToCommits(COMMITS);
                rest(fault.length());
                node.line().loseTheAnswersToCommits(0);
            }
            case CRASH_DATABASE -> throw new IllegalArgumentException(fault.told());
        }
        return over(fault, from);
    }

    private static Fault ending(PlannedFault fault, ChaosNode node, Instant from)
            throws IOException, InterruptedException {
        if (fault.kind() == FaultKind.KILL) {
            node.kill();
        } else {
            node.stop();
        }
        Instant until = Instant.now();
        rest(fault.length());
        node.start();
        return new Fault(fault.kind(), fault.node(), from, until, Instant.now());
    }

    private static Fault over(PlannedFault fault, Instant from) {
        Instant until = Instant.now();
        return new Fault(fault.kind(), fault.node(), from, until, until);
    }

    private static void rest(Duration time) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
    }

    @Override
    public void close() {
        timer.shutdownNow();
        ofNodes.forEach(ExecutorService::shutdownNow);
        ofDatabase.shutdownNow();
    }
}
