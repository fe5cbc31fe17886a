package dev.posthaste.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * This build beside another one, {@code --beside TREE}: both run at the same time, each on a database of its own, and take
 * their turns with the same load, first the one and then the other. A machine that is slow for a minute is slow for both.
 */
final class TwoBuilds implements Measure {
    private static final int SLOTS = 1_024;
    private static final int CONNECTIONS = 32;
    private static final int ROUNDS = 12;
    private static final int MAX_WARM_UPS = 40;
    private static final double WARM = 0.04;

    @Override
    public boolean runsOnlyWhenNamed() {
        return true;
    }

    @Override
    public String name() {
        return "builds";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        Path tree = laboratory.options().beside();
        if (tree == null) {
            throw new IllegalArgumentException("say with --beside which tree's build is the other one");
        }
        laboratory.endService();
        BenchDatabase databases = laboratory.database();
        PooledDatabase ownDatabase = databases.create("server_this");
        PooledDatabase otherDatabase = databases.create("server_other");
        try (ServerProcess own = ServerProcess.start("server-this", ownDatabase, SLOTS);
                ServerProcess other = ServerProcess.startBuild("server-other", tree, otherDatabase, SLOTS);
                Build here = new Build("this build", own, ownDatabase, laboratory);
                Build there = new Build("the other build", other, otherDatabase, laboratory)) {
            List<Row> rows = new ArrayList<>();
            rows.addAll(contest(laboratory, here, there, "deliveries", "deliveries/s", Build::deliver));
            rows.addAll(contest(laboratory, here, there, "single POSTs, 32 connections", "requests/s", Build::push));
            return rows;
        }
    }

    private static List<Row> contest(
            Laboratory laboratory, Build here, Build there, String what, String unit, Load load) throws Exception {
        WarmUp warmUp = new WarmUp(laboratory, MAX_WARM_UPS, WARM);
        for (Build build : List.of(here, there)) {
            warmUp.run(build.name, build.server.process(), () -> load.of(build));
            build.forget();
        }
        int rounds = laboratory.options().isQuick() ? 1 : ROUNDS;
        for (int round = 0; round < rounds; round++) {
            List<Build> turn = new ArrayList<>(List.of(here, there));
            if (round % 2 == 1) {
                Collections.reverse(turn);
            }
            for (Build build : turn) {
                build.take(load);
                laboratory.say("  round %d  %-16s %s", round + 1, build.name, build.last());
            }
        }
        Figure ownRate = here.rates(unit);
        Figure otherRate = there.rates(unit);
        Figure ownTime = here.times();
        Figure otherTime = there.times();
        return List.of(
                Row.of("builds: " + what, ownRate, List.of(otherRate)).with(Verdict.times(0.95, ownRate, otherRate)),
                Row.of(
                        "builds: " + what
                                + ", the server's processor time (%.3f × the other's)"
                                        .formatted(ownTime.times(otherTime)),
                        ownTime,
                        List.of(otherTime)));
    }

    /** A load that both builds are given; returns how many a second. */
    private interface Load {
        double of(Build build) throws Exception;
    }

    /** One of the two, and what was measured of it. */
    private static final class Build implements AutoCloseable {
        private final String name;
        private final ServerProcess server;
        private final ApiClient client;
        private final ServerBacklog backlog;
        private final int jobs;
        private final Duration duration;
        private final LongAdder done = new LongAdder();
        private final List<Double> rates = new ArrayList<>();
        private final List<Double> micros = new ArrayList<>();

        Build(String name, ServerProcess server, PooledDatabase database, Laboratory laboratory) throws Exception {
            this.name = name;
            this.server = server;
            this.client = new ApiClient(server, CONNECTIONS);
            this.backlog = new ServerBacklog(client, database, laboratory.receiver());
            this.jobs = laboratory.options().scaled(20_000);
            this.duration = Duration.ofMillis(laboratory.options().scaled(4_000));
        }

        double deliver() throws Exception {
            done.add(jobs);
            return backlog.deliver(jobs);
        }

        double push() throws Exception {
            String job = ApiClient.distantJob("posts", "http://127.0.0.1:9/never");
            return Callers.rate(CONNECTIONS, duration, number -> {
                client.push(job);
                done.increment();
            });
        }

        void take(Load load) throws Exception {
            double before = server.process().processorMicros();
            done.reset();
            rates.add(load.of(this));
            micros.add((server.process().processorMicros() - before) / done.sum());
        }

        String last() {
            return Figure.number(rates.get(rates.size() - 1)) + " a second, "
                    + Figure.number(micros.get(micros.size() - 1)) + " µs each";
        }

        void forget() {
            rates.clear();
            micros.clear();
        }

        Figure rates(String unit) {
            return new Figure(name, unit, rates);
        }

        Figure times() {
            return new Figure(name, "µs each", micros);
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }
}
