package dev.posthaste.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.PosthasteConfiguration;
import dev.posthaste.alerts.ChannelDao;
import dev.posthaste.audit.Actor;
import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.operations.OperationDao;
import dev.posthaste.ops.TeamActions;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.queues.QueueClearing;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.recurring.RemovedCronDao;
import dev.posthaste.steering.TeamRemoval;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.teams.Scopes;
import dev.posthaste.teams.TeamDao;
import dev.posthaste.teams.Teams;
import dev.posthaste.teams.TokenSecret;
import dev.posthaste.teams.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.sourceforge.argparse4j.ArgumentParsers;
import net.sourceforge.argparse4j.inf.ArgumentParserException;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TeamCommandIT {
    private final DatabaseCommand<PosthasteConfiguration> team =
            new TeamCommand<>(PosthasteConfiguration.class, PosthasteConfiguration::database, TeamCommandIT::actions);
    private final DatabaseCommand<PosthasteConfiguration> token =
            new TokenCommand<>(PosthasteConfiguration.class, PosthasteConfiguration::database);

    private static final OneShots ONE_SHOTS = new OneShots("posthaste");

    private TestDatabase database;
    private OpenDatabase open;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
        Map<String, String> config = Map.of(
                "url", database.target().jdbcUrl(),
                "user", String.valueOf(database.target().user()),
                "password", String.valueOf(database.target().password()));
        open = OpenDatabase.forCommand(
                new ObjectMapper().convertValue(config, DatabaseConfig.class), new MetricRegistry());
    }

    @AfterEach
    void close() {
        open.close();
        database.close();
    }

    @Test
    void aTeamHasTokensOfItsOwn() throws Exception {
        run(team, "create", "--name", "billing");
        String secret =
                run(token, "create", "--team", "billing", "--name", "ci").strip();

        assertThat(secret).startsWith("pht_");
        assertThat(run(team, "list").lines().map(line -> line.split(" +", -1)[1] + " " + line.split(" +", -1)[2]))
                .containsExactly("NAME TOKENS", "default 0", "billing 1");
        assertThat(run(token, "list")).contains("billing", "ci").doesNotContain(secret);
    }

    @Test
    void twoTeamsOfOneNameAreRefused() throws Exception {
        run(team, "create", "--name", "billing");

        assertThatThrownBy(() -> run(team, "create", "--name", "billing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is a team billing already.");
        assertThatThrownBy(() -> run(token, "create", "--team", "nobody"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no team nobody.");
        assertThat(teams()).isEqualTo(2);
    }

    @Test
    void aNameThatNobodyCouldReadIsRefused() throws Exception {
        for (String name : new String[] {"", " ", "a\nb", "x".repeat(256)}) {
            assertThatThrownBy(() -> run(team, "create", "--name", name)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(teams()).isEqualTo(1);
    }

    @Test
    void aTeamIsRenamedAndItsTokensStay() throws Exception {
        run(team, "create", "--name", "billing");
        run(team, "create", "--name", "taken");
        TokenSecret secret = new TokenSecret(
                run(token, "create", "--team", "billing", "--name", "ci").strip());

        run(team, "rename", "--name", "billing", "--to", "billing");
        run(team, "rename", "--name", "billing", "--to", "invoices");

        assertThat(database.number("select count(*) from audit where action = 'team.rename'"))
                .isOne();
        assertThat(run(team, "list")).contains("invoices").doesNotContain("billing");
        assertThat(tokens().authenticate(secret)).isPresent();
        assertThatThrownBy(() -> run(team, "rename", "--name", "invoices", "--to", "taken"))
                .hasMessage("There is a team taken already.");
        assertThatThrownBy(() -> run(team, "rename", "--name", "billing", "--to", "x"))
                .hasMessage("There is no team billing.");
        assertThatThrownBy(() -> run(team, "rename", "--name", "default", "--to", "x"))
                .hasMessageContaining("cannot be renamed");
        assertThatThrownBy(() -> run(team, "rename", "--name", "invoices", "--to", "a\nb"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTeamThatHasJobsIsNotDeletedUnlessWithEverything() throws Exception {
        run(team, "create", "--name", "billing");
        TokenSecret secret =
                new TokenSecret(run(token, "create", "--team", "billing").strip());
        long id = database.number("select id from teams where name = 'billing'");
        jobOf(id, 1);

        assertThatThrownBy(() -> run(team, "delete", "--name", "billing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pending or being sent");
        assertThat(tokens().authenticate(secret)).isPresent();
        assertThat(database.number("select count(*) from queues")).isOne();

        run(team, "delete", "--name", "billing", "--everything");

        assertThat(tokens().authenticate(secret)).isEmpty();
        assertThat(run(team, "list")).doesNotContain("billing");
        assertThat(database.number("select count(*) from queues")).isZero();
        assertThat(database.number("select count(*) from qrtz_triggers")).isZero();
        assertThat(database.text("select status from jobs")).isEqualTo("cancelled");
        assertThatThrownBy(() -> run(token, "create", "--team", "billing")).hasMessage("There is no team billing.");
        run(team, "create", "--name", "billing");
        assertThat(teams()).as("the old one's row is there while its job is").isEqualTo(3);
    }

    /** Its tokens are the first to go, whatever the rest waits for; and that is told. */
    @Test
    void whatOtherTeamsHaveStaysWhenOneIsDeletedWithEverything() throws Exception {
        run(team, "create", "--name", "billing");
        run(team, "create", "--name", "others");
        jobOf(database.number("select id from teams where name = 'others'"), 1);

        run(team, "delete", "--name", "billing", "--everything");

        assertThat(database.number("select count(*) from queues")).isOne();
        assertThat(database.number("select count(*) from jobs where status = 'cancelled'"))
                .isZero();
    }

    @Test
    void aTeamWhoseJobIsBeingSentHasNoTokensAnyMoreWhileItIsNotDeleted() throws Exception {
        run(team, "create", "--name", "billing");
        TokenSecret secret =
                new TokenSecret(run(token, "create", "--team", "billing").strip());
        long id = database.number("select id from teams where name = 'billing'");
        jobOf(id, 1);
        database.execute("""
                with taken as (delete from qrtz_triggers returning trigger_group, trigger_name)
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                select 'posthaste', 'c', 'node', trigger_group, '%s', 1, false, array[trigger_name], array[1], array[5],
                       array[0], B'0', 1
                  from taken
                """.formatted(Triggers.DELIVERY));

        assertThatThrownBy(() -> run(team, "delete", "--name", "billing", "--everything"))
                .hasMessageContaining("being sent just now");

        assertThat(tokens().authenticate(secret)).isEmpty();
        assertThat(run(team, "list")).contains("billing");
        assertThat(database.number("select count(*) from audit where action = 'team.delete'"))
                .isOne();
    }

    @Test
    void theRowOfADeletedTeamGoesWithItsLastJob() throws Exception {
        run(team, "create", "--name", "billing");
        long id = database.number("select id from teams where name = 'billing'");
        jobOf(id, 1);
        run(team, "delete", "--name", "billing", "--everything");
        TeamDao dao = new TeamDao();

        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(dao.deleteRemoved(connection)).isZero();
            database.execute("delete from jobs");
            assertThat(dao.deleteRemoved(connection)).isOne();
        }

        assertThat(teams()).isOne();
    }

    @Test
    void aTeamsOperationsGoWithItRunningOrNot() throws Exception {
        run(team, "create", "--name", "billing");
        database.execute("""
                insert into operations (team_id, action, filter, dry_run, status, last_id, actor)
                select t.id, 'purge', '{"queue": "q"}', false, s, 10, 'x'
                  from teams t, unnest(array['running', 'stopped']) as s
                """);

        run(team, "delete", "--name", "billing");

        assertThat(database.number("select count(*) from operations where team_id <> 1"))
                .isZero();
        assertThat(database.number("select count(*) from operations")).isEqualTo(2);
    }

    @Test
    void aTeamsCronsFireNoMoreFromTheBeginningOnAndItsRowStaysAsLongAsTheirs() throws Exception {
        run(team, "create", "--name", "billing");
        database.execute("""
                insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,
                  success_assertions, overlap, alert_threshold, next_fire_at)
                select id, 'c', 1, 0, '@daily', 'UTC', true, '[]', 'allow', 1, now() from teams where name = 'billing'
                """);

        run(team, "delete", "--name", "billing");

        assertThat(database.number("select count(*) from crons where next_fire_at is null and removed_at is not null"))
                .isOne();
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(new TeamDao().deleteRemoved(connection)).isZero();
            database.execute("delete from crons");
            assertThat(new TeamDao().deleteRemoved(connection)).isOne();
        }
    }

    @Test
    void aTeamWithoutWorkIsDeletedWithAllThatItHas() throws Exception {
        run(team, "create", "--name", "billing");
        run(token, "create", "--team", "billing");
        database.execute("insert into queues (team_id, name) select id, 'q' from teams where name = 'billing'");

        assertThat(run(team, "delete", "--name", "billing")).startsWith("Deleted team billing");

        assertThat(database.number("select count(*) from queues")).isZero();
        assertThat(database.number("select count(*) from api_tokens")).isZero();
        assertThatThrownBy(() -> run(team, "delete", "--name", "billing")).hasMessage("There is no team billing.");
    }

    @Test
    void theTeamThatIsThereFromTheBeginningStays() throws Exception {
        assertThatThrownBy(() -> run(team, "delete", "--name", "default", "--everything"))
                .hasMessage("The team default cannot be deleted.");
        assertThat(teams()).isOne();
    }

    @Test
    void aTokenHasTheScopesAndTheTimeThatWereNamed() throws Exception {
        TokenSecret some =
                new TokenSecret(run(token, "create", "--scopes", "jobs:write,jobs:read", "--expires-in", "90d")
                        .strip());
        TokenSecret all = new TokenSecret(run(token, "create").strip());

        ApiToken limited = tokens().authenticate(some).orElseThrow();
        assertThat(limited.scopes().all()).containsExactly(Scope.JOBS_READ, Scope.JOBS_WRITE);
        assertThat(limited.expiresAt())
                .isBetween(
                        Instant.now().plus(Duration.ofDays(89)), Instant.now().plus(Duration.ofDays(91)));
        assertThat(tokens().authenticate(all).orElseThrow().scopes()).isEqualTo(Scopes.EVERY);
        assertThat(run(token, "list"))
                .contains("jobs:read,jobs:write", "until ", "never", " all\n")
                .doesNotContain(some.value(), all.value());
        assertThatThrownBy(() -> run(token, "create", "--scopes", ""))
                .hasMessageStartingWith("The scopes that are given");
        assertThatThrownBy(() -> run(token, "create", "--scopes", "jobs:wirte"))
                .hasMessageStartingWith("There is no scope jobs:wirte; there are jobs:read, jobs:write,");
        for (String time : new String[] {"0s", "soon", "-1d", "40000d", "99999999999999999999d"}) {
            assertThatThrownBy(() -> run(token, "create", "--expires-in=" + time))
                    .as(time)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("12h or 90d");
        }
        assertThatThrownBy(() -> run(token, "create", "--name", "a\nb")).hasMessageContaining("A token's name");
    }

    /** A pending job as pushing it makes it. */
    private void jobOf(long teamId, long jobId) throws SQLException {
        database.execute("insert into queues (team_id, name) values (" + teamId + ", 'q')");
        long queue = database.number("select id from queues where team_id = " + teamId);
        database.execute("""
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, created_at, due_at)
                values (%1$d, %2$d, %3$d, 1, %1$d, 1, 5, now(), now())
                """.formatted(jobId, teamId, queue));
        try (Connection connection = database.dataSource().getConnection()) {
            database.execute("""
                    insert into qrtz_job_details (sched_name, job_name, job_group, job_class_name, is_durable, is_nonconcurrent,
                      is_update_data, requests_recovery)
                    values ('posthaste', 'delivery', 'one-shots', 'x', true, false, false, true)
                    """);
            ONE_SHOTS.store(connection, List.of(Triggers.ofJob(queue, jobId, Instant.now(), 5, 1)));
        }
    }

    /** Who records ends of crons holds their rows, in another order. */
    @Test
    void aTeamIsDeletedAlsoWhereTheDatabaseEndsItForADeadlock() throws Exception {
        run(team, "create", "--name", "shop");
        long id = database.number("select id from teams where name = 'shop'");
        database.execute("""
                insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,
                  success_assertions, overlap, alert_threshold, next_fire_at)
                select %d, 'c' || n, 1, 0, '@daily', 'UTC', true, '[]', 'allow', 1, now() from generate_series(1, 2) n
                """.formatted(id));
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            // Whoever waits longer looks for deadlocks first, and is the one that is ended.
            statement.execute("set deadlock_timeout = '1h'");
            statement.execute("select 1 from crons where name = 'c2' for update");
            CompletableFuture<String> deleted = CompletableFuture.supplyAsync(() -> removeTeam());
            await().until(() -> database.number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                            + " and datname = current_database()")
                    == 1);
            statement.execute("select 1 from crons where name = 'c1' for update");
            other.commit();

            assertThat(deleted.get(30, TimeUnit.SECONDS)).contains("shop");
        }
        assertThat(database.number("select count(*) from crons where removed_at is null"))
                .isZero();
    }

    private String removeTeam() {
        try {
            return run(team, "delete", "--name", "shop");
        } catch (ArgumentParserException e) {
            throw new IllegalStateException(e);
        }
    }

    private Tokens tokens() {
        return new Tokens(Jdbi.create(database.dataSource()), new SecureRandom());
    }

    private static TeamActions actions(Jdbi jdbi) {
        TeamDao dao = new TeamDao();
        QueueDao queues = new QueueDao();
        QueueClearing clearing = new QueueClearing(jdbi, ONE_SHOTS, queues, new QueueCountDao(), new ChainDao());
        return new TeamActions(
                new Teams(jdbi, dao),
                new TeamRemoval(
                        jdbi,
                        ONE_SHOTS,
                        dao,
                        queues,
                        new RemovedCronDao(),
                        new ChannelDao(),
                        new OperationDao()::removeOf,
                        clearing),
                Actor.COMMAND_LINE);
    }

    private long teams() throws SQLException {
        return database.number("select count(*) from teams");
    }

    private String run(DatabaseCommand<?> command, String... arguments) throws ArgumentParserException {
        Subparser parser =
                ArgumentParsers.newFor("posthaste").build().addSubparsers().addParser(command.getName());
        command.configure(parser);
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        command.run(open, parser.parseArgs(arguments), new PrintStream(console, true, StandardCharsets.UTF_8));
        return console.toString(StandardCharsets.UTF_8);
    }
}
