package dev.posthaste.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What people who look at the dashboard take of the processors, beside a server that nobody looks at. */
final class ViewersCost {
    /** The compilers take most of the first hour of so few calls: they are given as many within a minute. */
    private static final Duration HASTY_PERIOD = Duration.ofMillis(100);

    private static final Duration HASTE = Duration.ofSeconds(60);

    /** What came before, such as the vacuum of what it wrote, has ended when the processors are used no more than so. */
    private static final double QUIET = 1.5;

    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int MOST_WINDOWS = 30;

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

    /** So many viewers for so long, with half as long without them before and after it. */
    List<Row> measure(int viewers, Duration length, double bar) throws Exception {
        Duration watched = laboratory.options().isQuick() ? length.dividedBy(6) : length;
        try (Viewers hasty = Viewers.asking(server, viewers, HASTY_PERIOD)) {
            laboratory.say(
                    "  %d s of looks that do not count, %d ms apart", HASTE.toSeconds(), HASTY_PERIOD.toMillis());
            hasty.lookFor(HASTE);
        }
        awaitQuiet();
        Used before = idle(watched.dividedBy(2));
        Used viewed;
        try (Viewers open = Viewers.open(server, viewers)) {
            // What signing in costs is theirs only once.
            open.lookFor(watched.dividedBy(2));
            laboratory.say("  %d s with %d", watched.toSeconds(), viewers);
            viewed = used(watched);
            say("with them", viewed);
        }
        Used after = idle(watched.dividedBy(2));
        Used idle = new Used((before.server() + after.server()) / 2, (before.postgres() + after.postgres()) / 2);
        Figure more = percent("Posthaste", viewed.both() - idle.both());
        return List.of(Row.of(
                        viewers + " dashboards open: what they take of a core, PostgreSQL's part included",
                        more,
                        List.of(
                                percent("the server's part", viewed.server() - idle.server()),
                                percent("server, idle", idle.server()),
                                percent("PostgreSQL, idle before", before.postgres()),
                                percent("PostgreSQL, idle after", after.postgres())))
                .with(Verdict.atMost(bar, more)));
    }

    private Used idle(Duration length) throws Exception {
        laboratory.say("  %d s without viewers", length.toSeconds());
        Used idle = used(length);
        say("without", idle);
        return idle;
    }

    /** Waits no longer than for some minutes: how idle it was stands beside the figure. */
    private void awaitQuiet() throws Exception {
        int windows = 0;
        Used now = used(WINDOW);
        while (now.both() > QUIET && windows < MOST_WINDOWS) {
            windows++;
            now = used(WINDOW);
        }
        say("after " + (windows + 1) * WINDOW.toSeconds() + " s of waiting for quiet", now);
    }

    private void say(String when, Used used) {
        laboratory.say("  %s: server %.2f %% of a core, PostgreSQL %.2f %%", when, used.server(), used.postgres());
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
