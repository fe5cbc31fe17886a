package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class MigrationsIT {
    private static final int LEVEL = BuildMigrations.read().level();

    private final TestDatabase database = TestDatabase.empty();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aDatabaseThatThisBuildHasMigratedIsLeftAlone() throws SQLException {
        Migrations.run(database.target());
        database.execute("drop table posthaste_changelog_lock");

        Migrations.run(database.target());

        assertThat(database.number("select count(*) from pg_tables where tablename = 'posthaste_changelog_lock'"))
                .isZero();
    }

    @Test
    void aDatabaseThatAnotherBuildHasMigratedIsBroughtUpToDate() throws SQLException {
        Migrations.run(database.target());
        database.execute("drop table qrtz_fired_one_shots");
        database.execute("create index qrtz_fired_triggers_group on qrtz_fired_triggers (trigger_group, trigger_name)");
        database.execute("""
                insert into qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, instance_name,
                  fired_time, sched_time, priority, state, job_name, job_group, is_nonconcurrent, requests_recovery)
                values ('posthaste', 'old:1.1', 'j1', 'q1', 'old', 1, 1, 5, 'GATED', 'deliver', 'one-shots', false, true)
                """);
        database.execute("delete from posthaste_changelog where id = '0005-claims'");
        database.execute("comment on table posthaste_changelog is 'sha256:another'");

        Migrations.run(database.target());

        assertThat(database.number("select count(*) from pg_indexes where indexname = 'qrtz_fired_one_shots_group'"))
                .isOne();
        assertThat(database.number("select count(*) from qrtz_fired_triggers")).isZero();
        assertThat(database.number(
                        "select sum(remaining) from qrtz_fired_one_shots where counted and instance_name = 'old'"))
                .isOne();
    }

    /** All are there, and who made the last of them has not come so far as to say so. */
    @Test
    void whoFindsNothingToMigrateSaysAllTheSameWhichBuildsAreRefused() throws SQLException {
        Migrations.run(database.target());
        database.execute("update posthaste_schema set oldest_build = 0");
        database.execute("comment on table posthaste_changelog is 'sha256:another'");

        Migrations.run(database.target());

        assertThat(database.number("select oldest_build from posthaste_schema")).isEqualTo(20);
    }

    @Test
    void aSchemaThatANewerBuildHasTakenFromThisOneIsRefusedAndLeftAsItIs() throws SQLException {
        Migrations.run(database.target());
        asANewerBuildLeavesIt(999);

        assertThatThrownBy(() -> Migrations.run(database.target()))
                .isInstanceOf(DatabaseUnusableException.class)
                .hasMessageStartingWith(
                        "A newer build has changed the schema of the database (0999-later), and this one, of level ")
                .hasMessageContaining("that takes level 999. Start that build");

        assertThat(fingerprint()).isEqualTo("sha256:of the newer build");
    }

    @Test
    void aSchemaThatANewerBuildLeavesToThisOneIsTakenAndLeftAsItIs() throws SQLException {
        Migrations.run(database.target());
        asANewerBuildLeavesIt(LEVEL);

        Migrations.run(database.target(), new JoiningNode("old", "posthaste old", "0.1.0"));

        assertThat(fingerprint()).isEqualTo("sha256:of the newer build");
        assertThat(database.number("select level from posthaste_schema")).isEqualTo(999);
        assertThat(database.number("select level from posthaste_nodes where version = '0.1.0'"))
                .isEqualTo(LEVEL);
    }

    /** As two lines of development leave it. */
    @Test
    void aSchemaThatLacksWhatThisBuildNeedsAndHasWhatItDoesNotKnowIsRefused() throws SQLException {
        Migrations.run(database.target());
        asANewerBuildLeavesIt(LEVEL);
        database.execute("delete from posthaste_changelog where id = '0022-levels'");

        assertThatThrownBy(() -> Migrations.run(database.target()))
                .isInstanceOf(DatabaseUnusableException.class)
                .hasMessageContaining("(0999-later), and not all of its own (0022-levels)");
    }

    @Test
    void whatASchemaTakesAndWhoMigratedItStandsInIt() throws SQLException {
        Migrations.run(database.target());

        assertThat(database.number("select level from posthaste_schema")).isEqualTo(LEVEL);
        assertThat(database.number("select oldest_build from posthaste_schema"))
                .isEqualTo(BuildMigrations.LAST_BEFORE_LEVELS);
    }

    /** One that is at work checks in; of an older build it tells no level. */
    @Test
    void underANodeThatCouldNotGoOnAfterwardsNothingIsMigratedAndItIsNamed() throws Exception {
        Migrations.run(database.target());
        asBeforeLevel20();
        database.execute("drop table posthaste_nodes, posthaste_schema");
        database.execute("delete from posthaste_changelog where id = '0022-levels'");
        member("living");
        ScheduledExecutorService node = Executors.newSingleThreadScheduledExecutor();
        try {
            Future<?> unused = node.scheduleAtFixedRate(() -> checkIn("living"), 0, 200, TimeUnit.MILLISECONDS);

            assertThatThrownBy(() -> Migrations.run(shared()))
                    .isInstanceOf(DatabaseUnusableException.class)
                    .hasMessageStartingWith("Nodes of an older build are at work on this database: living (an older"
                            + " build). They could not go on after this build's migrations (0020-alerts, 0020-asked)")
                    .hasMessageContaining("build of level 20 first");
        } finally {
            node.shutdownNow();
        }

        assertThat(database.number("select count(*) from posthaste_changelog where id like '0020-%'"))
                .isZero();
    }

    @Test
    void aNodeThatDoesNotCheckInForItsLeaseKeepsNobodyFromMigrating() throws SQLException {
        Migrations.run(database.target());
        asBeforeLevel20();
        member("dead");

        Migrations.run(shared());

        assertThat(database.number("select count(*) from posthaste_changelog where id = '0020-asked'"))
                .isOne();
    }

    /** It has been let in, and starts: what it would find gone it has not looked for yet. */
    @Test
    void aNodeThatHasJoinedAndIsAboutToCheckInKeepsOthersFromMigrating() throws Exception {
        Migrations.run(database.target());
        asBeforeLevel20();
        database.execute(
                "insert into posthaste_nodes (instance_name, level, version) values ('starting', 19, '0.1.0')");
        ScheduledExecutorService node = Executors.newSingleThreadScheduledExecutor();
        try {
            Future<?> unused = node.schedule(
                    () -> {
                        member("starting");
                        return null;
                    },
                    1,
                    TimeUnit.SECONDS);

            assertThatThrownBy(() -> Migrations.run(shared()))
                    .isInstanceOf(DatabaseUnusableException.class)
                    .hasMessageStartingWith("Nodes of an older build are at work on this database: starting (version"
                            + " 0.1.0, level 19).");
        } finally {
            node.shutdownNow();
        }
    }

    @Test
    void aNodeThatJoinedLongAgoAndIsGoneIsNotWaitedFor() throws SQLException {
        Migrations.run(database.target());
        asBeforeLevel20();
        database.execute("insert into posthaste_nodes (instance_name, level, version, joined_at)"
                + " values ('gone', 19, '0.1.0', clock_timestamp() - interval '2 minutes')");
        long begun = System.nanoTime();

        Migrations.run(shared());

        // One that has joined lately is waited for, for 15 s.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(12));
    }

    @Test
    void whatExpandsIsMigratedUnderLivingNodes() throws Exception {
        Migrations.run(database.target());
        database.execute("drop table posthaste_nodes, posthaste_schema");
        asBefore("0022-levels", "select 1");
        member("living");
        ScheduledExecutorService node = Executors.newSingleThreadScheduledExecutor();
        try {
            Future<?> unused = node.scheduleAtFixedRate(() -> checkIn("living"), 0, 100, TimeUnit.MILLISECONDS);

            Migrations.run(shared());
        } finally {
            node.shutdownNow();
        }

        assertThat(database.number("select level from posthaste_schema")).isEqualTo(LEVEL);
    }

    /** Who waits for a table for himself keeps all others from it. */
    @Test
    void aMigrationDoesNotStandInTheWayOfOthersWhileItWaitsForATable() throws Exception {
        Migrations.run(database.target());
        asBefore("0020-asked", "alter table alert_messages drop column asked_until");
        CompletableFuture<Void> migrating;
        try (Connection reader = database.dataSource().getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("select * from alert_messages");
            migrating = CompletableFuture.runAsync(() -> Migrations.run(database.target()));
            await().until(() -> waitingForLocks() == 1);
            await().until(() -> waitingForLocks() == 0);
            assertThat(migrating).isNotDone();
            reader.commit();
        }

        migrating.get(60, TimeUnit.SECONDS);
        assertThat(database.number("select count(*) from posthaste_changelog where id = '0020-asked'"))
                .isOne();
    }

    /** Such as by a firewall or a pooler: it idles for as long as Liquibase works. */
    @Test
    void whoseLockIsLostWhileHeMigratesIsTheOnlyOneAtItStillAndGoesOn() throws Exception {
        Migrations.run(database.target());
        asBeforeLevel20();
        database.execute("""
                create table may_go_on (at timestamptz);
                create function wait_for_it() returns event_trigger language plpgsql as
                  $$ begin while not exists (select from public.may_go_on) loop perform pg_sleep(0.05); end loop; end $$;
                create event trigger wait_for_it on ddl_command_start when tag in ('ALTER TABLE', 'CREATE INDEX')
                  execute function wait_for_it()
                """);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> Migrations.run(database.target()));
        await().until(() -> sessions("wait_event = 'PgSleep'") == 1);

        assertThat(database.number("select count(pg_terminate_backend(pid)) from pg_stat_activity where state = 'idle'"
                        + " and datname = current_database() and application_name = 'posthaste-migrations'"))
                .isOne();
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> Migrations.run(database.target()));

        await().until(() ->
                sessions("wait_event_type = 'Lock' and clock_timestamp() - query_start > interval '3 s'") == 1);
        assertThat(sessions("wait_event = 'PgSleep'")).isOne();
        database.execute("insert into may_go_on values (now())");
        first.get(60, TimeUnit.SECONDS);
        second.get(60, TimeUnit.SECONDS);
        assertThat(database.number("select count(*) from posthaste_changelog where id = '0020-asked'"))
                .isOne();
        assertThat(database.number("select level from posthaste_schema")).isEqualTo(LEVEL);
    }

    @Test
    void theLimitsOfAnAdministratorAreNotForMigrations() throws Exception {
        for (String limit : List.of("statement_timeout", "lock_timeout", "transaction_timeout")) {
            database.execute("alter database " + database.name() + " set " + limit + " = '100ms'");
        }
        PGSimpleDataSource unlimited = (PGSimpleDataSource) database.dataSource();
        unlimited.setOptions("-c statement_timeout=0 -c lock_timeout=0 -c transaction_timeout=0");
        CompletableFuture<Void> migrating;
        try (Connection other = unlimited.getConnection();
                Connection watching = unlimited.getConnection();
                Statement statement = other.createStatement()) {
            statement.execute("select pg_advisory_lock(hashtextextended('posthaste migrations', 0))");
            migrating = CompletableFuture.runAsync(() -> Migrations.run(database.target()));

            await().until(() -> waitingForLocks(watching, "") == 1);
            await().until(() ->
                    waitingForLocks(watching, "and clock_timestamp() - query_start > interval '300 ms'") == 1);
        }

        migrating.get(60, TimeUnit.SECONDS);
    }

    /** Its files are read while its transaction is open, on a machine that may be busy: other sessions of ours have 5 s. */
    @Test
    void whatMigratesMayIdleInItsTransactionForAsLongAsItTakes() throws SQLException {
        database.execute("alter database " + database.name() + " set idle_in_transaction_session_timeout = '60s'");
        database.execute("""
                create table limits (idle text);
                create function note() returns event_trigger language plpgsql as
                  $$ begin insert into public.limits values (current_setting('idle_in_transaction_session_timeout')); end $$;
                create event trigger note on ddl_command_start execute function note()
                """);

        Migrations.run(database.target());

        assertThat(database.number("select count(*) from limits")).isGreaterThan(20);
        assertThat(database.text("select string_agg(distinct idle, ' ') from limits"))
                .isEqualTo("0");
    }

    /** Dies in its first migration: what is left behind is between two builds, and only the newer one knows it. */
    @Test
    void olderBuildsAreRefusedBeforeAnythingIsTakenFromThem() throws SQLException {
        Migrations.run(database.target());
        asBeforeLevel20();
        database.execute("update posthaste_schema set oldest_build = 0");
        database.execute("""
                create function die() returns event_trigger language plpgsql as
                  $$ begin raise exception 'the machine has died'; end $$;
                create event trigger die on ddl_command_start execute function die()
                """);

        assertThatThrownBy(() -> Migrations.run(database.target())).hasMessageContaining("the machine has died");

        assertThat(database.number("select oldest_build from posthaste_schema")).isEqualTo(20);
        assertThat(database.number("select count(*) from posthaste_changelog where id like '0020-%'"))
                .isZero();
    }

    private long sessions(String condition) throws SQLException {
        return database.number("select count(*) from pg_stat_activity where datname = current_database()"
                + " and application_name = 'posthaste-migrations' and " + condition);
    }

    private long waitingForLocks() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return waitingForLocks(connection, "");
        }
    }

    private static long waitingForLocks(Connection connection, String condition) throws SQLException {
        String sql = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                + " and datname = current_database() and application_name = 'posthaste-migrations' " + condition;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** As a database is whose other users are not known. */
    private DatabaseTarget shared() {
        DatabaseTarget target = database.target();
        return new DatabaseTarget(target.jdbcUrl(), target.user(), target.password(), false);
    }

    private void asBefore(String migration, String undo) throws SQLException {
        database.execute(undo);
        database.execute("delete from posthaste_changelog where id like '" + migration + "'");
        database.execute("comment on table posthaste_changelog is 'sha256:another'");
    }

    private void asBeforeLevel20() throws SQLException {
        asBefore("0020-%", """
                drop index alert_message_parts_of_alert, alert_messages_tests, alert_messages_tests_of_team;
                alter table alert_messages drop column asked_until
                """);
    }

    private void asANewerBuildLeavesIt(int oldestBuild) throws SQLException {
        database.execute("""
                insert into posthaste_changelog (id, author, filename, dateexecuted, orderexecuted, exectype)
                values ('0999-later', 'posthaste', 'db/0999-later.sql', now(), 999, 'EXECUTED')
                """);
        database.execute("update posthaste_schema set level = 999, oldest_build = " + oldestBuild);
        database.execute("comment on table posthaste_changelog is 'sha256:of the newer build'");
    }

    private void member(String name) throws SQLException {
        database.execute(
                "insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)"
                        + " values ('posthaste', '" + name + "', 1, 1500)");
    }

    private void checkIn(String name) {
        try {
            database.execute("update qrtz_scheduler_state set last_checkin_time = last_checkin_time + 1"
                    + " where instance_name = '" + name + "'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String fingerprint() throws SQLException {
        return database.text("select obj_description('posthaste_changelog'::regclass, 'pg_class')");
    }

    @Test
    void whatWaitedAndWasClaimedBeforeThereWereWeightsGetsThem() throws SQLException {
        Migrations.run(database.target());
        database.execute("alter table qrtz_triggers drop column weight");
        database.execute("alter table qrtz_fired_one_shots drop column weights");
        database.execute("""
                insert into requests (id, method, url, headers, body_kind, body)
                select n, 'POST', 'https://example.com/', '{}', 'RAW', repeat('x', 20000 * (n %% 2)) from generate_series(1, 4) n;
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, created_at, due_at)
                select n, 1, 1, n, n, 1, 5, now(), now() from generate_series(1, 4) n;
                insert into callbacks (id, job_id, queue_id, url, body, created_at)
                values (9, 1, 1, 'https://example.com/', repeat('y', 30000), now());
                insert into qrtz_job_details (sched_name, job_name, job_group, job_class_name, is_durable, is_nonconcurrent,
                  is_update_data, requests_recovery)
                select 'posthaste', n, 'one-shots', 'x', true, false, false, true from unnest(array['delivery', 'callback']) n;
                insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time,
                  prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time, misfire_instr)
                values ('posthaste', 'j1', 'q1', 'delivery', 'one-shots', 1, -1, 5, 'WAITING', 'ONCE', 1, 0, -1),
                       ('posthaste', 'j2', 'q1', 'delivery', 'one-shots', 1, -1, 5, 'WAITING', 'ONCE', 1, 0, -1),
                       ('posthaste', 'c9', 'c1', 'callback', 'one-shots', 1, -1, 5, 'WAITING', 'ONCE', 1, 0, -1);
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, ended, remaining)
                values ('posthaste', 'x', 'old', 'q1', 'delivery', 1, false, array['j4', 'j3'], array[1, 1], array[5, 5],
                        B'00', 2);
                """.replace("%%", "%"));
        database.execute("delete from posthaste_changelog where id = '0007-weights'");
        database.execute("comment on table posthaste_changelog is 'sha256:another'");

        Migrations.run(database.target());

        assertThat(database.number("select weight from qrtz_triggers where trigger_name = 'j1'"))
                .isEqualTo(20_002);
        assertThat(database.number("select weight from qrtz_triggers where trigger_name = 'j2'"))
                .isZero();
        assertThat(database.number("select weight from qrtz_triggers where trigger_name = 'c9'"))
                .isEqualTo(30_000);
        assertThat(database.number("select weights[1] from qrtz_fired_one_shots"))
                .isZero();
        assertThat(database.number("select weights[2] from qrtz_fired_one_shots"))
                .isEqualTo(20_002);
    }

    @Test
    void whatWasKeptBeforeAnythingWasHiddenIsShownAndWhatAnOlderBuildAddsAsWell() throws SQLException {
        String rows = """
                insert into requests (id, method, url, headers) values (%1$d, 'POST', 'https://example.com/', '{}');
                insert into queues (team_id, name) values (1, 'q%1$d');
                """;
        Migrations.run(database.target());
        database.execute("alter table requests drop column redact; alter table queues drop column redact;"
                + " drop table audit");
        database.execute(rows.formatted(1));
        database.execute("delete from posthaste_changelog where id in ('0011-redact', '0012-audit')");
        database.execute("comment on table posthaste_changelog is 'sha256:another'");

        Migrations.run(database.target());
        database.execute(rows.formatted(2));

        assertThat(database.number(
                        "select count(*) from requests r, queues q where r.redact is null and q.redact is null"))
                .isEqualTo(4);
        assertThat(database.number("select count(*) from audit")).isZero();
    }

    @Test
    void jobsOfBeforeThereWereCronsAreNoExecutions() throws SQLException {
        Migrations.run(database.target());
        database.execute("""
                drop table crons, replaced_requests;
                alter table jobs drop column cron_id, drop column gate_queue_id, drop column cron_trigger,
                  drop column skipped_for;
                alter table jobs alter column team_id set not null;
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, created_at, due_at)
                values (1, 1, 1, 1, 1, 1, 5, now(), now());
                """);
        database.execute("delete from posthaste_changelog where id like '0015-%'");
        database.execute("comment on table posthaste_changelog is 'sha256:another'");

        Migrations.run(database.target());

        assertThat(database.number("select count(*) from jobs where team_id = 1 and cron_id is null"))
                .isOne();
        assertThat(database.number("select count(*) from pg_indexes where indexname like '%_of_cron'"))
                .isEqualTo(2);
    }

    /** The next failure of a row that is under way is the one that is told. */
    @Test
    void cronsOfBeforeThereWereAlertsHaveToldNothing() throws SQLException {
        Migrations.run(database.target());
        database.execute("""
                drop table alerts, alert_topics, alert_channels, alert_messages, alert_message_parts;
                alter table crons drop column alerted;
                insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,
                  success_assertions, overlap, alert_threshold, next_fire_at, consecutive_failures)
                values (1, 'x', 1, 0, '@daily', 'UTC', true, '[]', 'allow', 2, now(), 7);
                """);
        database.execute("delete from posthaste_changelog where id like '0016-%' or id like '0020-%'");
        database.execute("comment on table posthaste_changelog is 'sha256:another'");

        Migrations.run(database.target());

        assertThat(database.number("select count(*) from crons where not alerted and consecutive_failures = 7"))
                .isOne();
        assertThat(database.number("select count(*) from alerts")).isZero();
    }

    /** Slack takes one a second from an old channel as well, and of what is over nothing is kept for a sealing. */
    @Test
    void channelsAndMessagesOfBeforeAreAsThoseOfToday() throws SQLException {
        Migrations.run(database.target());
        database.execute("""
                drop index alert_message_parts_of_alert, alert_messages_tests, alert_messages_tests_of_team;
                alter table alert_messages drop column asked_until;
                insert into alert_channels (team_id, type, target, alert_types, is_active)
                select 1, t, 'https://example.com/', '{failure}', true from unnest(array['slack', 'webhook', 'discord']) t;
                insert into alert_messages (team_id, channel_id, due_at, created_at, status)
                select 1, 1, now(), now(), s from unnest(array['pending', 'delivered']) s;
                insert into alert_message_parts values (1, 1, 1), (2, 1, 1), (3, 1, 1)
                """);
        database.execute("delete from posthaste_changelog where id like '0020-%'");
        database.execute("comment on table posthaste_changelog is 'sha256:another'");

        Migrations.run(database.target());

        assertThat(database.text(
                        "select string_agg(trigger_group || ' ' || max_per_second, ', ' order by trigger_group)"
                                + " from qrtz_group_gates where trigger_group like 'a%'"))
                .isEqualTo("a1 1, a3 1");
        assertThat(database.text("select string_agg(message_id::text, ', ') from alert_message_parts"))
                .isEqualTo("1");
    }

    @Test
    void whatReplacedRequestsOfBeforeAreStillShownIsNotedAndTheOthersGo() throws SQLException {
        Migrations.run(database.target());
        database.execute("""
                alter table replaced_requests drop column last_execution;
                insert into requests (id, method, url, headers) values (1, 'GET', 'x', '{}'), (2, 'GET', 'x', '{}');
                insert into replaced_requests (id, cron_id) values (1, 7), (2, 7);
                insert into jobs (id, queue_id, request_id, original_job_id, attempt_number, priority, created_at, due_at,
                  cron_id)
                select n, -1, case when n < 4 then 1 else 3 end, least(n, 3), greatest(1, n - 2), 5, now(), now(), 7
                  from generate_series(1, 4) n;
                """);
        database.execute("delete from posthaste_changelog where id like '0019-%'");
        database.execute("comment on table posthaste_changelog is 'sha256:another'");

        Migrations.run(database.target());

        assertThat(database.text("select string_agg(id || ':' || last_execution, ',') from replaced_requests"))
                .isEqualTo("1:3");
        assertThat(database.text("select string_agg(id::text, ',') from requests"))
                .isEqualTo("1");
    }

    @Test
    void whatAnEarlierBuildKeptInLiquibasesTablesIsTakenOverAndTheyGo() throws SQLException {
        asAnEarlierBuildLeftIt();

        Migrations.run(database.target());
        Migrations.run(database.target());

        assertThat(liquibasesTables()).isZero();
        assertThat(database.number("select count(*) from posthaste_changelog where author = 'posthaste'"))
                .isPositive();
    }

    @Test
    void anotherBuildsHistoryIsTakenOverAndBroughtUpToDate() throws SQLException {
        asAnEarlierBuildLeftIt();
        database.execute("alter table qrtz_triggers drop column weight");
        database.execute("alter table qrtz_fired_one_shots drop column weights");
        database.execute("delete from databasechangelog where id = '0007-weights'");
        database.execute("comment on table databasechangelog is 'sha256:another'");

        Migrations.run(database.target());
        Migrations.run(database.target());

        assertThat(database.number("select count(*) from posthaste_changelog where id = '0007-weights'"))
                .isOne();
        assertThat(database.number("select count(weight) from qrtz_triggers")).isZero();
    }

    @Test
    void anotherApplicationsRowsAndItsLockStayWhatTheyAre() throws SQLException {
        asAnEarlierBuildLeftIt();
        database.execute("""
                insert into databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype)
                values ('1', 'somebody', 'db/changelog.xml', now(), 99, 'EXECUTED');
                update databasechangeloglock set locked = true, lockedby = 'their host'
                """);

        Migrations.run(database.target());
        database.execute("comment on table posthaste_changelog is 'sha256:another'");
        Migrations.run(database.target());

        assertThat(database.number("select count(*) from databasechangelog where author = 'somebody'"))
                .isOne();
        assertThat(database.number("select count(*) from databasechangelog")).isOne();
        assertThat(database.number(
                        "select count(*) from databasechangeloglock where locked and lockedby = 'their host'"))
                .isOne();
        assertThat(database.number("select count(*) from pg_description where objoid = 'databasechangelog'::regclass"))
                .isZero();
    }

    /** It may be about to write its first row. */
    @Test
    void aLockThatIsHeldKeepsLiquibasesTablesWhereTheyAre() throws SQLException {
        asAnEarlierBuildLeftIt();
        database.execute("update databasechangeloglock set locked = true, lockedby = 'somebody'");

        Migrations.run(database.target());

        assertThat(liquibasesTables()).isEqualTo(2);
        assertThat(database.number("select count(*) from databasechangeloglock where locked"))
                .isOne();
    }

    @Test
    void aLockOfOursThatAProcessLeftBehindHoldsNobodyUp() throws SQLException {
        Migrations.run(database.target());
        database.execute("update posthaste_changelog_lock set locked = true, lockedby = 'dead', lockgranted = now()");
        database.execute("comment on table posthaste_changelog is 'sha256:another'");

        Migrations.run(database.target());

        assertThat(database.number("select count(*) from posthaste_changelog_lock where locked"))
                .isZero();
    }

    private long liquibasesTables() throws SQLException {
        return database.number("select count(*) from pg_tables where tablename like 'databasechangelog%'");
    }

    private void asAnEarlierBuildLeftIt() throws SQLException {
        Migrations.run(database.target());
        database.execute("alter table posthaste_changelog rename to databasechangelog");
        database.execute("alter table posthaste_changelog_lock rename to databasechangeloglock");
        database.execute("alter index posthaste_changelog_lock_pkey rename to databasechangeloglock_pkey");
    }
}
