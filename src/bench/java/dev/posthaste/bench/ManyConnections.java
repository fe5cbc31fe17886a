package dev.posthaste.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.NoHttpResponseException;

/** What pushes take beside 10,000 connections that are idle or slow, on connections that are kept and on fresh ones. */
final class ManyConnections implements Measure {
    private static final int HELD = 10_000;
    private static final int SLOTS = 1_024;
    /** In MiB: such a server may have 16,384 connections. Of one that has room for fewer the crowd takes what there is. */
    private static final int HEAP = 1_024;

    private static final int CALLERS = 8;
    private static final int PER_SECOND = 100;
    private static final int MAX_MILLIS = 200;
    private static final Duration WATCHED = Duration.ofSeconds(15);

    @Override
    public String name() {
        return "connections";
    }

    @Override
    public boolean runsOnlyWhenNamed() {
        return true;
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        laboratory.endService();
        PooledDatabase database = laboratory.database().create("server_posthaste_connections");
        int held = laboratory.options().scaled(HELD);
        List<Row> rows = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start("server", database, SLOTS, HEAP);
                ApiClient kept = new ApiClient(server, CALLERS)) {
            Call onKept = () -> kept.push(job());
            Call onFresh = () -> {
                try (ApiClient fresh = new ApiClient(server, 1)) {
                    fresh.push(job());
                }
            };
            times(onKept);
            List<Double> quietKept = times(onKept);
            List<Double> quietFresh = times(onFresh);
            URI url = URI.create(server.url("/"));
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(url.getHost()), url.getPort());
            try (HeldConnections crowd = new HeldConnections(address, held)) {
                Awaited.until(
                        "the connections to be open", Duration.ofMillis(200), () -> crowd.open() >= held * 8 / 10);
                laboratory.say("  %d connections are open", crowd.open());
                List<Double> besideKept = times(onKept);
                List<Double> besideFresh = times(onFresh);
                laboratory.say("  %d are open, opened %d times", crowd.open(), crowd.opened());
                rows.add(row(laboratory, "kept", held, besideKept, quietKept));
                rows.add(row(laboratory, "fresh", held, besideFresh, quietFresh));
            }
        }
        return rows;
    }

    private interface Call {
        void make() throws Exception;
    }

    private static String job() {
        return ApiClient.distantJob("beside", "http://127.0.0.1:1/");
    }

    /** What each push took, in milliseconds from when it was to begin, with its repetitions, sorted. */
    private static List<Double> times(Call call) throws Exception {
        List<Double> millis = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger broken = new AtomicInteger();
        long started = System.nanoTime();
        Callers.rate(CALLERS, WATCHED, number -> {
            long turn = started + number * 1_000_000_000L / PER_SECOND;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, turn - System.nanoTime()));
            while (!isMade(call)) {
                broken.incrementAndGet();
            }
            millis.add((System.nanoTime() - turn) / 1e6);
        });
        System.out.println("  " + millis.size() + " pushes, " + broken + " times a connection broke");
        return millis.stream().sorted().toList();
    }

    /** A client repeats a push whose connection broke, as its idempotency key lets it. */
    private static boolean isMade(Call call) throws Exception {
        try {
            call.make();
            return true;
        } catch (NoHttpResponseException | SocketException e) {
            return false;
        }
    }

    private static Row row(Laboratory laboratory, String how, int held, List<Double> beside, List<Double> quiet) {
        laboratory.say(
                "  on %s connections: p50 %.1f, p99 %.1f, worst %.1f ms; without the crowd p50 %.1f, p99 %.1f ms",
                how,
                Percentile.of(beside, 50),
                Percentile.of(beside, 99),
                Percentile.of(beside, 100),
                Percentile.of(quiet, 50),
                Percentile.of(quiet, 99));
        Figure tail = new Figure("Posthaste", "ms", List.of(Percentile.of(beside, 99)));
        Figure without = new Figure("without them", "ms", List.of(Percentile.of(quiet, 99)));
        return Row.of(
                        "p99 of a push on " + how + " connections, 1 GiB of heap, beside " + held
                                + " idle or slow ones",
                        tail,
                        List.of(without))
                .with(Verdict.atMost(MAX_MILLIS, tail))
                .noting(PER_SECOND + " pushes/s from the moment when each was to begin");
    }
}
