package dev.posthaste.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What people who look at the dashboard take of the processors, beside a server that nobody looks at. */
final class ViewersCost {
    /** The compilers take most of the first hour of so few calls: they are given as many within a minute. */
    private static final Duration HASTY_PERIOD = Duration.ofMillis(100);

    private static final Duration HASTE = Duration.ofSeconds(60);

    /** Percent of one processor. */
    private record Used(double server, double postgres) {
        double both() {
            return server + postgres;
        }
    }

    private final Laboratory laboratory;
    private final ServerProcess server;

    ViewersCost(Laboratory laboratory, ServerProcess server) {
        this.laboratory = laboratory;
        this.server = server;
    }

    /** So many viewers for so long, after as long without. */
    List<Row> measure(int viewers, Duration length, double bar) throws Exception {
        Duration watched = laboratory.options().isQuick() ? length.dividedBy(6) : length;
        laboratory.say("  %d s without viewers", watched.toSeconds());
        Used idle = used(watched);
        try (Viewers hasty = Viewers.asking(server, viewers, HASTY_PERIOD)) {
            laboratory.say(
                    "  %d s of looks that do not count, %d ms apart", HASTE.toSeconds(), HASTY_PERIOD.toMillis());
            hasty.lookFor(HASTE);
        }
        Used viewed;
        try (Viewers open = Viewers.open(server, viewers)) {
            // What signing in costs is theirs only once.
            open.lookFor(watched.dividedBy(2));
            laboratory.say("  %d s with %d", watched.toSeconds(), viewers);
            viewed = used(watched);
        }
        laboratory.say(
                "  server %.2f %% of a core, PostgreSQL %.2f %%; idle %.2f %% and %.2f %%",
                viewed.server(), viewed.postgres(), idle.server(), idle.postgres());
        Figure more = percent("Posthaste", viewed.both() - idle.both());
        return List.of(Row.of(
                        viewers + " dashboards open: what they take of a core, PostgreSQL's part included",
                        more,
                        List.of(
                                percent("the server's part", viewed.server() - idle.server()),
                                percent("server, idle", idle.server()),
                                percent("PostgreSQL, idle", idle.postgres())))
                .with(Verdict.atMost(bar, more)));
    }

    private static Figure percent(String who, double value) {
        return new Figure(who, "%", List.of(value));
    }

    private Used used(Duration watched) throws Exception {
        PostgresTime postgres = laboratory.database().processorTime();
        double serverBefore = server.process().processorMicros();
        double postgresBefore = postgres.micros();
        long started = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(watched.toNanos());
        double micros = (System.nanoTime() - started) / 1e3;
        return new Used(
                100 * (server.process().processorMicros() - serverBefore) / micros,
                100 * (postgres.micros() - postgresBefore) / micros);
    }
}
