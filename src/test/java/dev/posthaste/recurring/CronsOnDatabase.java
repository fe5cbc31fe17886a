package dev.posthaste.recurring;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.redaction.Redaction;
import dev.posthaste.sql.FreshPlans;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** Crons of a node that is not running, on a database of their own. What would wait for a lock for ever fails. */
final class CronsOnDatabase implements AutoCloseable {
    private static final long TEAM = 1;

    final TestDatabase database = TestDatabase.fresh();
    final Jdbi jdbi = Jdbi.create(new FreshPlans(database.dataSource()));
    final RecurringJobs recurring = new RecurringJobs(jdbi, new OneShots("posthaste"));

    CronsOnDatabase() throws SQLException {
        database.execute("alter database " + database.name() + " set lock_timeout = '10s'");
    }

    /** Makes one that waits for its next time. */
    long make(String expression, String timezone) throws SQLException {
        return recurring
                .crons()
                .create(TEAM, settings(new Timing(expression, timezone), "POST"), Actor.COMMAND_LINE)
                .orElseThrow()
                .id();
    }

    /** Makes one that waits for a ping at each fire, for so long. */
    Cron makeHeartbeat(String expression, int graceSeconds) throws SQLException {
        CronSettings sending = settings(new Timing(expression, "UTC"), "POST");
        CronSettings settings = new CronSettings(
                "a", sending.request(), sending.timing(), true, "[]", Overlap.ALLOW, null, 1, graceSeconds);
        return recurring.crons().create(TEAM, settings, Actor.COMMAND_LINE).orElseThrow();
    }

    /** Has it send with another method from now on. */
    void change(long id, String method) throws SQLException {
        recurring
                .crons()
                .change(
                        TEAM,
                        id,
                        before -> settings(before.settings().timing(), method),
                        Actor.COMMAND_LINE,
                        AuditAction.CRON_CHANGE);
    }

    private static CronSettings settings(Timing timing, String method) {
        TargetRequest request =
                new TargetRequest(method, "http://127.0.0.1/", Map.of(), null, null, 30, List.of(), Redaction.NONE);
        return new CronSettings("a", request, timing, true, "[]", Overlap.ALLOW, null, 1, null);
    }

    void run(long id) throws SQLException {
        recurring.crons().run(TEAM, id, Actor.COMMAND_LINE);
    }

    /** Fires what is due. */
    void fire() throws SQLException {
        recurring.firer().fireAll();
    }

    /** @param at as SQL says it */
    void setNextFire(long id, String at) throws SQLException {
        database.execute("update crons set next_fire_at = " + at + " where id = " + id);
    }

    void setNextFire(long id, Instant at) throws SQLException {
        setNextFire(id, "timestamptz '" + at + "'");
    }

    Instant nextFire(long id) throws SQLException {
        return Instant.ofEpochMilli(
                database.number("select extract(epoch from next_fire_at) * 1000 from crons where id = " + id));
    }

    Instant now() throws SQLException {
        return Instant.ofEpochMilli(database.number("select extract(epoch from clock_timestamp()) * 1000"));
    }

    @Override
    public void close() {
        database.close();
    }
}
