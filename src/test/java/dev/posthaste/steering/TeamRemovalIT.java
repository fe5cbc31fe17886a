package dev.posthaste.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.alerts.ChannelDao;
import dev.posthaste.audit.Actor;
import dev.posthaste.jobs.ChainDao;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.queues.QueueClearing;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.recurring.CronDao;
import dev.posthaste.recurring.RemovedCronDao;
import dev.posthaste.teams.TeamDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A team is removed beside those who record what its crons have done. */
class TeamRemovalIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final OneShots oneShots = new OneShots("posthaste");
    private final Jdbi jdbi = Jdbi.create(database.dataSource());
    private final TeamRemoval removal = new TeamRemoval(
            jdbi,
            oneShots,
            new TeamDao(),
            new QueueDao(),
            new RemovedCronDao(),
            new ChannelDao(),
            (connection, team) -> {},
            new QueueClearing(jdbi, oneShots, new QueueDao(), new QueueCountDao(), new ChainDao()));

    @BeforeEach
    void makeATeamWithTwoCrons() throws SQLException {
        database.execute("""
                insert into teams (name) values ('billing');
                insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,
                  success_assertions, overlap, alert_threshold, next_fire_at)
                select id, 'c', 1, 0, '@daily', 'UTC', true, '[]', 'allow', 1, now()
                  from teams, generate_series(1, 2) where name = 'billing'
                """);
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Who records ends holds the crons in the order of their ids, wherever their rows lie. */
    @Test
    void cronsAreHeldInTheOrderOfTheirIds() throws Exception {
        long first = database.number("select min(id) from crons");
        database.execute("update crons set name = 'behind the other' where id = " + first);
        assertThat(database.number("select id from crons limit 1")).isGreaterThan(first);
        for (String index : new String[] {"enable_indexscan", "enable_bitmapscan"}) {
            database.execute("alter database " + database.name() + " set " + index + " = off");
        }
        CompletableFuture<Void> removing;
        try (Connection recording = database.dataSource().getConnection();
                Statement statement = recording.createStatement()) {
            recording.setAutoCommit(false);
            statement.execute("set local lock_timeout = '100ms'");
            new CronDao().hold(recording, List.of(first));
            removing = CompletableFuture.runAsync(this::remove);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> database.number("select count(*) from pg_stat_activity"
                                    + " where datname = current_database() and wait_event_type = 'Lock'")
                            == 1);

            assertThat(new CronDao().hold(recording, List.of(first, first + 1))).hasSize(2);
            recording.commit();
        }
        removing.join();

        assertThat(database.number("select count(*) from crons where removed_at is null"))
                .isZero();
    }

    @Test
    void aRemovalThatMetAnotherTransactionBeginsAgain() throws Exception {
        database.execute("""
                create sequence tries;
                create function fall() returns trigger language plpgsql as
                  $$ begin
                    if nextval('tries') in (1, 4) then
                      raise exception using errcode = '40P01';
                    end if;
                    return new;
                  end $$;
                create trigger fall before update on crons for each row execute function fall();
                create trigger fall before update on teams for each row execute function fall()
                """);

        remove();

        assertThat(database.number("select count(*) from crons where removed_at is null"))
                .isZero();
        assertThat(database.number("select count(*) from teams where removed_at is not null"))
                .isOne();
        assertThat(database.number("select last_value from tries")).isEqualTo(5);
        assertThat(database.number("select count(*) from audit where action = 'team.delete'"))
                .isOne();
    }

    /** By a request that was under way when its token was deleted. */
    @Test
    void whatIsMadeWhileQueuesAreClearedGoesToo() throws Exception {
        database.execute("""
                insert into queues (team_id, name) select id, 'q' from teams where name = 'billing';
                create function make() returns trigger language plpgsql as
                  $$ begin
                    insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,
                      success_assertions, overlap, alert_threshold, next_fire_at)
                    select team_id, 'late', request_id, weight, cron_expression, timezone, true, success_assertions,
                           overlap, alert_threshold, now() from crons limit 1;
                    insert into alert_channels (team_id, type, target, alert_types, is_active)
                    values (old.team_id, 'webhook', 'https://example.com/', '{failure}', true);
                    insert into api_tokens (team_id, name, prefix, sha256) values (old.team_id, 'x', 'x', '\\x00');
                    return old;
                  end $$;
                create trigger make before delete on queues for each row execute function make()
                """);

        remove();

        assertThat(database.number("select count(*) from crons where name = 'late'"))
                .isOne();
        assertThat(database.number("select count(*) from crons where removed_at is null"))
                .isZero();
        assertThat(database.number("select count(*) from alert_channels")).isZero();
        assertThat(database.number("select count(*) from api_tokens t join teams m on m.id = t.team_id"
                        + " where m.name <> 'default'"))
                .isZero();
    }

    private void remove() {
        try {
            removal.remove("billing", true, Actor.COMMAND_LINE);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
