package dev.posthaste.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Crons that all fire at each full minute, on two nodes: how late their requests are, by the receiver's clock, and whether one
 * comes twice or early.
 */
final class Crons implements Measure {
    private static final int EACH_MINUTE = 1_000;
    private static final int AT_ONCE = 10_000;
    private static final int MINUTES = 3;
    private static final int CALLERS = 8;
    private static final int BACKLOGS = 6;
    private static final int BACKLOG = 20_000;

    /** Before a full minute, so that both nodes know of all crons. */
    private static final Duration AHEAD = Duration.ofSeconds(5);

    /** What is later than this is of no minute. */
    private static final Duration OVER = Duration.ofSeconds(20);

    @Override
    public String name() {
        return "crons";
    }

    @Override
    public boolean runsOnlyWhenNamed() {
        return true;
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        PooledDatabase database = laboratory.database().create("server_posthaste_crons");
        ReceiverProcess receiver = laboratory.receiver();
        int minutes = laboratory.options().isQuick() ? 1 : MINUTES;
        int each = laboratory.options().scaled(EACH_MINUTE);
        int atOnce = laboratory.options().scaled(AT_ONCE);
        try (ServerProcess one = ServerProcess.start("server", database, 1_024);
                ServerProcess other = ServerProcess.start("server-2", database, 1_024);
                ApiClient client = new ApiClient(one, CALLERS)) {
            laboratory.say("  the other node is %s", other.url(""));
            make(client, one, receiver, "each", each);
            ServerBacklog backlog = new ServerBacklog(client, database, receiver);
            laboratory.say("  a minute and some backlogs that do not count: the nodes have just been started");
            fire(laboratory, database, "each", 1);
            for (int i = 0; i < BACKLOGS; i++) {
                backlog.deliver(laboratory.options().scaled(BACKLOG));
            }
            receiver.reset();
            fire(laboratory, database, "each", minutes);
            List<Double> lateness = receiver.lateness("each");
            long again = receiver.lateness("each-again").size();
            laboratory.say(
                    "  %d of %d, %d twice: %s", lateness.size(), each * minutes, again, Percentile.summary(lateness));

            make(client, one, receiver, "once", atOnce);
            receiver.reset();
            fire(laboratory, database, "once", 1);
            List<Double> burst = receiver.lateness("once");
            long burstAgain = receiver.lateness("once-again").size();
            laboratory.say("  %d of %d, %d twice: %s", burst.size(), atOnce, burstAgain, Percentile.summary(burst));
            return List.of(
                    counted(
                            each + " crons a minute, " + minutes + " minutes, two nodes: requests",
                            lateness,
                            each * minutes),
                    times("the same: requests that came twice", again),
                    row("the same: lateness, p50", Percentile.of(lateness, 50)),
                    Row.of("the same: lateness, p99", ms(Percentile.of(lateness, 99)), List.of())
                            .with(Verdict.atMost(250, ms(Percentile.of(lateness, 99)))),
                    row("the same: lateness, worst", Percentile.of(lateness, 100)),
                    earliest("the same: the earliest", lateness),
                    counted(atOnce + " crons on one minute, two nodes: requests", burst, atOnce),
                    times("the same: requests that came twice", burstAgain),
                    Row.of("the same: until the last has come", ms(Percentile.of(burst, 100)), List.of())
                            .with(Verdict.atMost(3_000, ms(Percentile.of(burst, 100)))),
                    earliest("the same: the earliest", burst));
        }
    }

    /** Where the time goes: until an execution was written, and until its request was begun. By the database's clock. */
    private static void stages(Laboratory laboratory, PooledDatabase database, Instant since) throws SQLException {
        String sql = "select extract(epoch from %s - j.due_at) * 1000 from jobs j join runs r on r.job_id = j.id"
                + " where j.cron_id is not null and j.due_at >= '" + since + "' order by 1";
        for (String at : List.of("j.created_at", "r.started_at")) {
            laboratory.say("    %s: %s", at, Percentile.summary(database.numbers(sql.formatted(at))));
        }
    }

    private static Figure ms(double value) {
        return new Figure("Posthaste", "ms", List.of(value));
    }

    private static Row row(String what, double value) {
        return Row.of(what, ms(value), List.of());
    }

    private static Row counted(String what, List<Double> lateness, int wanted) {
        Figure count = new Figure("Posthaste", "requests", List.of((double) lateness.size()));
        return Row.of(what, count, List.of()).with(Verdict.atLeast(wanted, count));
    }

    private static Row times(String what, long again) {
        Figure count = new Figure("Posthaste", "requests", List.of((double) again));
        return Row.of(what, count, List.of()).with(Verdict.atMost(0, count));
    }

    private static Row earliest(String what, List<Double> lateness) {
        Figure first = ms(lateness.get(0));
        return Row.of(what, first, List.of()).with(Verdict.atLeast(0, first));
    }

    /** Makes crons that are paused. */
    private static void make(ApiClient client, ServerProcess server, ReceiverProcess receiver, String name, int count)
            throws Exception {
        Callers.rate(
                CALLERS,
                count,
                number -> client.post(
                        server.url("/api/crons"),
                        "{\"name\": \"" + name
                                + "\", \"cron_expression\": \"* * * * *\", \"is_active\": false, \"url\": \""
                                + receiver.url("/fire/" + name + "/" + number) + "\", \"payload\": \"{}\"}"));
    }

    /** Lets them fire for so many full minutes; returns when those are over. */
    private static void fire(Laboratory laboratory, PooledDatabase database, String name, int minutes)
            throws Exception {
        Instant first =
                Instant.now().plus(AHEAD).truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        resume(database, name);
        awaitUntil(first.plus(minutes - 1L, ChronoUnit.MINUTES).plus(OVER));
        database.execute("update crons set is_active = false, next_fire_at = null");
        stages(laboratory, database, first);
    }

    private static void resume(PooledDatabase database, String name) throws SQLException {
        database.execute("update crons set is_active = true, next_fire_at = date_trunc('minute', clock_timestamp()"
                + " + interval '" + AHEAD.toSeconds() + " seconds') + interval '1 minute' where name = '" + name + "'");
    }

    private static void awaitUntil(Instant instant) throws InterruptedException {
        for (Instant now = Instant.now(); now.isBefore(instant); now = Instant.now()) {
            Thread.sleep(Math.max(1, Duration.between(now, instant).toMillis()));
        }
    }
}
