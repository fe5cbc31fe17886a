package dev.posthaste.chaos;

import dev.posthaste.postgres.OwnPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** A PostgreSQL and nodes on it, each over a line of its own. */
final class Cluster implements AutoCloseable {
    /** A client goes round a node that has not answered for so long. */
    private static final long AVOIDED_FOR_NANOS = 2_000_000_000L;

    private final OwnPostgres database;
    private final List<ChaosNode> nodes = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLongArray avoidedAt;

    private Cluster(OwnPostgres database, int count) {
        this.database = database;
        this.avoidedAt = new AtomicLongArray(count);
        for (int i = 0; i < count; i++) {
            avoidedAt.set(i, System.nanoTime() - AVOIDED_FOR_NANOS);
        }
    }

    static Cluster start(int count, Senders senders, Recorder recorder) throws IOException, InterruptedException {
        Cluster cluster = new Cluster(OwnPostgres.make(Map.of()), count);
        try {
            cluster.database.start();
            for (int i = 0; i < count; i++) {
                ChaosNode node = new ChaosNode(i, cluster.database, senders, recorder);
                cluster.nodes.add(node);
                node.start();
            }
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    OwnPostgres database() {
        return database;
    }

    List<ChaosNode> nodes() {
        return nodes;
    }

    ChaosNode node(int index) {
        return nodes.get(index);
    }

    /** The next one in turn, round those that did not answer lately. */
    ChaosNode next() {
        for (int i = 0; i < nodes.size(); i++) {
            int index = Math.floorMod(turn.getAndIncrement(), nodes.size());
            if (System.nanoTime() - avoidedAt.get(index) > AVOIDED_FOR_NANOS
                    && node(index).port() != 0) {
                return node(index);
            }
        }
        return node(Math.floorMod(turn.getAndIncrement(), nodes.size()));
    }

    void avoid(ChaosNode node) {
        avoidedAt.set(node.index(), System.nanoTime());
    }

    /** Calls whichever node answers, until one says what is expected. */
    HttpResponse<String> call(String path, String body, int expected) throws InterruptedException {
        String last = "";
        for (int i = 0; i < 600; i++) {
            ChaosNode node = next();
            try {
                HttpResponse<String> answer =
                        Calls.post(node.port(), path, body, null).join();
                if (answer.statusCode() == expected) {
                    return answer;
                }
                last = answer.statusCode() + " " + answer.body();
            } catch (java.util.concurrent.CompletionException e) {
                last = e.toString();
            }
            avoid(node);
            Thread.sleep(200);
        }
        throw new IllegalStateException("POST " + path + ": " + last);
    }

    @Override
    public void close() throws IOException {
        List<AutoCloseable> parts = new ArrayList<>(nodes);
        parts.add(database);
        closeAll(parts);
    }

    /** Each of them, whatever becomes of the others; then says what went wrong first, the rest with it. */
    static void closeAll(List<AutoCloseable> parts) throws IOException {
        IOException failure = new IOException("Not all of the cluster could be ended");
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }
}
