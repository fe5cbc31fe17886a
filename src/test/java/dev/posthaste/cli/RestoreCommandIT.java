package dev.posthaste.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.PosthasteConfiguration;
import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.NodesAtWork;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.ops.RestoreHold;
import dev.posthaste.ops.RestoreRelease;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.queues.Queues;
import dev.posthaste.recurring.RecurringJobs;
import dev.posthaste.sql.KnownCommit;
import dev.posthaste.teams.TeamDao;
import dev.posthaste.teams.Teams;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import net.sourceforge.argparse4j.ArgumentParsers;
import net.sourceforge.argparse4j.inf.ArgumentParserException;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is held of a restored database, and let go on; what is sent then, {@code RestoreIT} tells. */
class RestoreCommandIT {
    private static final OneShots ONE_SHOTS = new OneShots("posthaste");
    private static final String NODE = "123-01234567-89ab-cdef-0123-456789abcdef";

    private final DatabaseCommand<PosthasteConfiguration> db = new DbCommand<>(
            PosthasteConfiguration.class,
            PosthasteConfiguration::database,
            jdbi -> new RestoreHold(jdbi, ONE_SHOTS),
            RestoreCommandIT::release);

    private TestDatabase database;
    private OpenDatabase open;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
        open = open(Map.of());
    }

    private OpenDatabase open(Map<String, String> limits) {
        Map<String, String> config = new HashMap<>(limits);
        config.put("url", database.target().jdbcUrl());
        config.put("user", String.valueOf(database.target().user()));
        config.put("password", String.valueOf(database.target().password()));
        return OpenDatabase.forCommand(
                new ObjectMapper().convertValue(config, DatabaseConfig.class), new MetricRegistry());
    }

    @AfterEach
    void close() {
        open.close();
        database.close();
    }

    @Test
    void whatWasPausedBeforeStaysSoWhenAllGoesOn() throws Exception {
        database.execute("insert into queues (team_id, name, is_active) values (1, 'on', true), (1, 'off', false)");
        cron("on", true);
        cron("off", false);

        String report = run("restore-hold");

        assertThat(report).startsWith("Held: 1 queues and 1 crons that were active");
        assertThat(database.number("select count(*) from queues where is_active"))
                .isZero();
        assertThat(database.number("select count(*) from crons where is_active or next_fire_at is not null"))
                .isZero();
        assertThat(database.number("select count(*) from audit where actor = 'command line'"
                        + " and action in ('queue.pause', 'cron.pause') and thing_name = 'on'"))
                .isEqualTo(2);
        assertThat(database.number("select count(*) from audit")).isEqualTo(2);

        assertThat(run("restore-release", "--everything")).contains("1 queues and 1 crons");

        assertThat(database.text("select name from queues where is_active")).isEqualTo("on");
        assertThat(database.text("select name from crons where is_active")).isEqualTo("on");
        assertThat(database.number("select count(*) from crons where next_fire_at > now()"))
                .isOne();
        assertThat(database.number("select count(*) from queues where held")).isZero();
        assertThat(database.number("select count(*) from crons where held")).isZero();
        assertThat(pausedGroups()).containsExactly("q" + queue("off"));
    }

    /** What a restored database goes on with would be replayed, cancelled or purged a second time, beside what has changed since. */
    @Test
    void operationsThatWereRunningAreStopped() throws Exception {
        database.execute("""
                insert into operations (team_id, action, filter, dry_run, status, last_id, actor, finished_at)
                values (1, 'replay', '{"queue": "q"}', false, 'running', 10, 'x', null),
                       (1, 'purge', '{"queue": "q"}', false, 'finished', 10, 'x', now())
                """);

        assertThat(run("restore-hold")).contains("Stopped: 1 operations over many jobs that were running.");

        assertThat(database.text("select string_agg(status, ' ' order by id) from operations"))
                .isEqualTo("stopped finished");
        assertThat(database.text("select actor || ' ' || thing_name from audit where action = 'operation.stop'"))
                .isEqualTo("command line replay");
        assertThat(run("restore-hold")).doesNotContain("Stopped:");
    }

    @Test
    void whatIsHeldCoversEachGroupThatSendsSomething() throws Exception {
        database.execute("insert into teams (name) values ('shop')");
        database.execute("insert into queues (team_id, name) values (2, 'q')");
        database.execute("insert into alert_channels (team_id, type, target, alert_types, is_active)"
                + " values (2, 'webhook', 'https://example.com', '{failure}', true)");
        database.execute(
                "insert into qrtz_group_gates (sched_name, trigger_group, paused, max_in_flight, max_per_second)"
                        + " values ('posthaste', 'a1', false, 3, null), ('posthaste', 'q1', false, 2, 7)");
        store(Triggers.ofCallback(99, 5, Instant.now(), 0));

        run("restore-hold");

        assertThat(pausedGroups())
                .containsExactlyInAnyOrder("q1", "c1", "q-1", "c-1", "h-1", "q-2", "c-2", "h-2", "a1", "c99");

        run("restore-release", "--team", "shop", "--alerts");
        run("restore-release", "--team", "shop", "--crons");
        assertThat(pausedGroups()).containsExactlyInAnyOrder("q1", "c1", "q-1", "c-1", "h-1", "c99");
        run("restore-release", "--everything");
        assertThat(pausedGroups()).isEmpty();
        assertThat(database.text("select string_agg(trigger_group || ' ' || coalesce(max_in_flight, 0), ',' order by 1)"
                        + " from qrtz_group_gates"))
                .as("limits stay")
                .contains("a1 3");
    }

    @Test
    void aQueueThatIsResumedLetsItsCallbacksGoOnAndIsHeldNoMore() throws Exception {
        database.execute("insert into queues (team_id, name) values (1, 'one'), (1, 'other')");
        run("restore-hold");
        long one = queue("one");
        Jdbi jdbi = KnownCommit.database(open.pools().api()::getConnection);
        Queues queues = new Queues(jdbi, ONE_SHOTS);

        queues.change(1, one, settings -> settings.withActive(true), Actor.COMMAND_LINE, AuditAction.QUEUE_RESUME);

        assertThat(pausedGroups()).doesNotContain("q" + one, "c" + one).contains("q" + queue("other"));
        queues.change(1, one, settings -> settings.withActive(false), Actor.COMMAND_LINE, AuditAction.QUEUE_PAUSE);
        run("restore-release", "--everything");
        assertThat(database.text("select name from queues where not is_active"))
                .as("paused by somebody since")
                .isEqualTo("one");
    }

    @Test
    void oneQueueGoesOnAlone() throws Exception {
        database.execute("insert into queues (team_id, name) values (1, 'one'), (1, 'other')");
        run("restore-hold");

        assertThat(run("restore-release", "--queue", "one")).contains("Queue one of team default goes on");

        assertThat(pausedGroups()).doesNotContain("q1", "c1").contains("q2", "c2", "q-1");
        assertThatThrownBy(() -> run("restore-release", "--queue", "none"))
                .hasMessage("The team default has no queue none.");
        assertThatThrownBy(() -> run("restore-release", "--team", "nobody", "--crons"))
                .hasMessage("There is no team nobody.");
    }

    @Test
    void theReportSaysOfEachQueueWhatWaitsWhatIsDueAndWhatMayHaveBeenSent() throws Exception {
        database.execute("insert into queues (team_id, name) values (1, 'q')");
        cron("nightly", true);
        Instant first = Instant.parse("2026-01-02T03:04:05Z");
        store(Triggers.ofJob(1, 1, first, 5, 0));
        store(Triggers.ofJob(1, 2, Instant.now().plusSeconds(3_600), 5, 0));
        store(Triggers.ofCallback(1, 1, first, 0));
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                values ('posthaste', 'c', 'gone', 'q1', 'delivery', 1, false, '{j7,j8}', '{9999999999999,1}', '{5,5}',
                        '{0,0}', B'01', 1)
                """);

        String report = run("restore-hold");

        assertThat(report.lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "default queue 1 \"q\" 3 1 1 2026-01-02T03:04:05Z",
                        "default callbacks of queue 1 \"q\" 1 1 0 2026-01-02T03:04:05Z")
                .anyMatch(line -> line.startsWith("Cron 1 \"nightly\" of team default was to fire at "));
        assertThat(report).contains("db restore-release --everything", "1,000,000,000 further");
    }

    /** It comes from a disk that nobody has read yet, and there may be tens of millions. */
    @Test
    void whatWaitsIsReadForAsLongAsItTakes() throws Exception {
        store(Triggers.ofJob(1, 1, Instant.now(), 5, 0));
        open.close();
        open = open(Map.of("lockTimeout", "500ms", "statementTimeout", "1s", "socketTimeout", "2s"));
        database.execute("""
                create function from_disk() returns boolean language plpgsql as
                  $$ begin perform pg_sleep(3); return true; end $$;
                alter table qrtz_triggers rename to triggers_on_disk;
                create view qrtz_triggers as select * from triggers_on_disk where from_disk()
                """);

        assertThat(run("restore-hold")).startsWith("Held: ").contains("WAITING");

        assertThat(pausedGroups()).contains("q1");
    }

    /** A backup that was made after an earlier hold does not tell what was given out since. */
    @Test
    void idsOfEverySequenceAreLeftOutEachTime() throws Exception {
        database.execute("select nextval('jobs_id_seq') from generate_series(1, 41)");
        String sequences = "select string_agg(c.relname, ',' order by c.relname) from pg_class c"
                + " where c.relkind = 'S' and c.relnamespace = current_schema()::regnamespace";

        run("restore-hold", "--skip-ids", "1000");
        run("restore-hold", "--skip-ids", "1000");

        assertThat(database.number("select nextval('jobs_id_seq')")).isEqualTo(2_041);
        for (String sequence : database.text(sequences).split(",", -1)) {
            assertThat(database.number("select nextval('" + sequence + "')"))
                    .as(sequence)
                    .isGreaterThan(2_000)
                    .isLessThan(3_000);
        }
    }

    @Test
    void whereANodeIsConnectedNothingIsChanged() throws Exception {
        database.execute("insert into queues (team_id, name) values (1, 'q')");
        Properties properties = new Properties();
        properties.setProperty("user", String.valueOf(database.target().user()));
        properties.setProperty("password", String.valueOf(database.target().password()));
        properties.setProperty("ApplicationName", "posthaste " + NODE);

        try (Connection node = DriverManager.getConnection(database.target().jdbcUrl(), properties)) {
            assertThat(node.isValid(5)).isTrue();
            assertThatThrownBy(() -> run("restore-hold"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Nodes are at work on this database (posthaste " + NODE + ")");
        }

        assertThat(database.number("select count(*) from queues where is_active"))
                .isOne();
        assertThat(pausedGroups()).isEmpty();
    }

    /** As behind a pooler, which calls their sessions otherwise. */
    @Test
    void whereAMemberGoesOnCheckingInNothingIsChanged() throws Exception {
        database.execute("insert into queues (team_id, name) values (1, 'q')");
        database.execute(
                "insert into qrtz_scheduler_state values ('posthaste', 'dead', 5, 8000), ('posthaste', 'x', 5, 300)");
        Jdbi jdbi = KnownCommit.database(open.pools().api()::getConnection);
        RestoreHold hold = new RestoreHold(jdbi, ONE_SHOTS);
        NodesAtWork.Members members = hold.look();
        assertThat(members.lease().toMillis()).isEqualTo(8_000);
        database.execute("update qrtz_scheduler_state set last_checkin_time = 6 where instance_name = 'x'");

        assertThatThrownBy(() -> hold.hold(members, 0, Actor.COMMAND_LINE, new PrintWriter(new StringWriter())))
                .hasMessageStartingWith("Nodes are at work on this database (x)");

        assertThat(database.number("select count(*) from queues where is_active"))
                .isOne();
        hold.hold(hold.look(), 0, Actor.COMMAND_LINE, new PrintWriter(new StringWriter()));
        assertThat(database.number("select count(*) from queues where is_active"))
                .isZero();
    }

    private void cron(String name, boolean isActive) throws SQLException {
        database.execute("""
                insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,
                  success_assertions, overlap, alert_threshold, next_fire_at)
                values (1, '%s', 1, 0, '@daily', 'UTC', %s, '[]', 'allow', 1, %s)
                """.formatted(name, isActive, isActive ? "now() - interval '1 day'" : "null"));
        database.execute(
                "insert into requests (id, method, url, headers) values (1, 'POST', 'https://example.com', '{}')"
                        + " on conflict do nothing");
    }

    private void store(OneShot oneShot) throws SQLException {
        database.execute("""
                insert into qrtz_job_details (sched_name, job_name, job_group, job_class_name, is_durable, is_nonconcurrent,
                  is_update_data, requests_recovery)
                select 'posthaste', kind, 'one-shots', 'x', true, false, false, true
                  from unnest('{delivery,callback}'::text[]) kind
                on conflict do nothing
                """);
        try (Connection connection = database.dataSource().getConnection()) {
            ONE_SHOTS.store(connection, List.of(oneShot));
        }
    }

    private long queue(String name) throws SQLException {
        return database.number("select id from queues where name = '" + name + "'");
    }

    private List<String> pausedGroups() throws SQLException {
        String groups =
                database.text("select coalesce(string_agg(trigger_group, ','), '') from qrtz_group_gates where paused");
        return groups.isEmpty() ? List.of() : List.of(groups.split(",", -1));
    }

    private static RestoreRelease release(Jdbi jdbi) {
        return new RestoreRelease(
                jdbi,
                ONE_SHOTS,
                new Teams(jdbi, new TeamDao()),
                new Queues(jdbi, ONE_SHOTS),
                new RecurringJobs(jdbi, jdbi, ONE_SHOTS).crons(),
                Actor.COMMAND_LINE);
    }

    private String run(String... arguments) throws ArgumentParserException {
        Subparser parser =
                ArgumentParsers.newFor("posthaste").build().addSubparsers().addParser(db.getName());
        db.configure(parser);
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        db.run(open, parser.parseArgs(arguments), new PrintStream(console, true, StandardCharsets.UTF_8));
        return console.toString(StandardCharsets.UTF_8);
    }
}
