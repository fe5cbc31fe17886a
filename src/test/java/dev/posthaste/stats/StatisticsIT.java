package dev.posthaste.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.audit.Actor;
import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.NoQueue;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueClearing;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.queues.QueueRemoval;
import dev.posthaste.queues.Tally;
import dev.posthaste.queues.TallyDao;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What has happened is added up by time, and nothing of it is missing or counted twice. */
class StatisticsIT {
    private static final long TEAM = 1;
    private static final long QUEUE = 1;
    private static final Tally SOME = new Tally(10, 4, 3, 2, 1, 1);

    private final TestDatabase database = TestDatabase.fresh();
    private final Jdbi jdbi = Jdbi.create(database.dataSource());
    private final QueueCountDao counts = new QueueCountDao();
    private final Statistics one = node();
    private final Statistics two = node();
    private final StatsReader reader = new StatsReader(jdbi, new QueueDao());
    private final Instant now = Instant.now();

    private static Statistics node() {
        return new Statistics(Duration.ofDays(90), InstantSource.system());
    }

    @BeforeEach
    void makeQueue() throws SQLException {
        database.execute("insert into queues (team_id, name) values (1, 'q')");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatIsTalliedStandsInTheMinutesOnceHoweverOftenAndByWhomeverItIsFlushed() throws SQLException {
        tally(QUEUE, SOME);
        flush(one);
        flush(two);
        flush(one);

        assertThat(total(QUEUE)).isEqualTo(SOME);
        assertThat(total(null)).isEqualTo(SOME);

        tally(QUEUE, Tally.accepted(5));
        flush(two);
        flush(one);

        assertThat(total(QUEUE)).isEqualTo(SOME.plus(Tally.accepted(5)));
        assertThat(total(null)).isEqualTo(SOME.plus(Tally.accepted(5)));
    }

    /** It died after its commit, and had told nobody. */
    @Test
    void whatANodeThatDiedHasTalliedIsFlushedByTheNextOne() throws SQLException {
        tally(QUEUE, SOME);

        flush(node());

        assertThat(total(QUEUE)).isEqualTo(SOME);
    }

    @Test
    void whatWasRolledBackHasNotHappened() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            counts.addition(Map.of(QUEUE, CountChange.NONE.and(SOME))).execute(connection);
            connection.rollback();
        }
        flush(one);

        assertThat(total(null)).isEqualTo(Tally.NONE);
    }

    @Test
    void timesOfTwoNodesAreAddedUp() throws SQLException {
        one.ended(List.of(attempt(QUEUE, 3, 100), attempt(QUEUE, 9, 200)));
        two.ended(List.of(attempt(QUEUE, 5_000, 1)));
        flush(one);
        flush(two);
        flush(one);

        Times lateness = times(QUEUE, StatsPoint::lateness);
        Times duration = times(QUEUE, StatsPoint::duration);
        assertThat(lateness.counts()).isEqualTo(timesOf(3, 9, 5_000).counts());
        assertThat(lateness.max()).hasValue(5_000);
        assertThat(duration.counts()).isEqualTo(timesOf(100, 200, 1).counts());
        assertThat(duration.max()).hasValue(200);
        assertThat(times(null, StatsPoint::lateness).counts()).isEqualTo(lateness.counts());
    }

    /** Only a commit whose answer is lost may have been made. */
    @Test
    void whatWasNotWrittenBecauseTheSessionEndedIsWrittenTheNextTime() throws SQLException {
        one.ended(List.of(attempt(QUEUE, 3, 100)));
        database.execute("create function end_it() returns trigger language plpgsql as"
                + " 'begin perform pg_terminate_backend(pg_backend_pid()); return new; end'");
        database.execute("create trigger ends_it before insert on queue_stats execute function end_it()");
        assertThatThrownBy(() -> flush(one)).isInstanceOf(SQLException.class);
        database.execute("drop trigger ends_it on queue_stats");

        flush(one);

        assertThat(times(QUEUE, StatsPoint::lateness).counts())
                .isEqualTo(timesOf(3).counts());
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenTheNextTime() throws SQLException {
        tally(QUEUE, SOME);
        one.ended(List.of(attempt(QUEUE, 3, 100)));
        database.execute("alter table queue_stats rename to elsewhere");
        assertThatThrownBy(() -> flush(one)).isInstanceOf(SQLException.class);
        database.execute("alter table elsewhere rename to queue_stats");

        flush(one);

        assertThat(total(QUEUE)).isEqualTo(SOME);
        assertThat(times(QUEUE, StatsPoint::duration).count()).isOne();
    }

    /** The connection broke before the commit's answer: rather too few times than some twice. */
    @Test
    void whatMayHaveBeenWrittenIsNotAddedAgain() throws SQLException {
        tally(QUEUE, SOME);
        one.ended(List.of(attempt(QUEUE, 3, 100)));
        try (Connection connection = connect()) {
            assertThatThrownBy(() -> one.flush(losingTheAnswerToCommit(connection)))
                    .isInstanceOf(SQLException.class);
        }

        flush(one);

        assertThat(total(QUEUE)).isEqualTo(SOME);
        assertThat(times(QUEUE, StatsPoint::duration).count()).isOne();
    }

    /** Once, when it is known whether it was done; nobody else is told of it. */
    @Test
    void ofATallyWhoseCommitWasNotAnsweredTheListenerIsToldOnce() throws SQLException {
        List<Tally> told = new ArrayList<>();
        Statistics node = nodeTelling(told);
        tally(QUEUE, SOME);
        try (Connection connection = connect()) {
            assertThatThrownBy(() -> node.flush(losingTheAnswerToCommit(connection)))
                    .isInstanceOf(SQLException.class);
        }
        tally(QUEUE, Tally.accepted(5));

        flush(node);
        flush(node);

        assertThat(told.stream().reduce(Tally.NONE, Tally::plus)).isEqualTo(SOME.plus(Tally.accepted(5)));
    }

    @Test
    void whatWasNotCommittedAndNotAnsweredIsWrittenAndToldTheNextTime() throws SQLException {
        List<Tally> told = new ArrayList<>();
        Statistics node = nodeTelling(told);
        tally(QUEUE, SOME);
        node.ended(List.of(attempt(QUEUE, 3, 100)));
        try (Connection connection = connect()) {
            assertThatThrownBy(() -> node.flush(losingTheCommit(connection))).isInstanceOf(SQLException.class);
        }

        flush(node);
        flush(node);

        assertThat(told.stream().reduce(Tally.NONE, Tally::plus)).isEqualTo(SOME);
        assertThat(total(QUEUE)).isEqualTo(SOME);
        assertThat(times(QUEUE, StatsPoint::duration).count()).isOne();
    }

    private static Statistics nodeTelling(List<Tally> told) {
        return new Statistics(Duration.ofDays(90), InstantSource.system(), new StatsListener() {
            @Override
            public void ended(Collection<Attempt> attempts) {}

            @Override
            public void tallied(Tally tally) {
                told.add(tally);
            }
        });
    }

    private static Connection losingTheCommit(Connection connection) {
        return breakingAtCommit(connection, "rollback");
    }

    private static Connection losingTheAnswerToCommit(Connection connection) {
        return breakingAtCommit(connection, "commit");
    }

    /** @param done in place of the commit, before the connection breaks */
    private static Connection breakingAtCommit(Connection connection, String done) {
        return (Connection) Proxy.newProxyInstance(
                StatisticsIT.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    try {
                        boolean breaks = method.getName().equals("commit");
                        Object result = breaks
                                ? Connection.class.getMethod(done).invoke(connection)
                                : method.invoke(connection, arguments);
                        if (breaks) {
                            throw new SQLException("a test's connection broke", "08006");
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void whileAnotherNodeTakesTheTalliesTimesAreWrittenAllTheSame() throws SQLException {
        tally(QUEUE, SOME);
        one.ended(List.of(attempt(QUEUE, 3, 100)));
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            assertThat(new TallyDao(counts).take(other)).hasSize(1);

            flush(one);
            assertThat(total(QUEUE)).isEqualTo(Tally.NONE);
            assertThat(times(QUEUE, StatsPoint::duration).count()).isOne();
            other.rollback();
        }

        flush(one);
        assertThat(total(QUEUE)).isEqualTo(SOME);
    }

    @Test
    void whatBelongsToNoQueueIsTheTeamsOnly() throws SQLException {
        tally(NoQueue.of(TEAM), SOME);
        one.ended(List.of(attempt(NoQueue.of(TEAM), 3, 100)));

        flush(one);

        assertThat(total(null)).isEqualTo(SOME);
        assertThat(times(null, StatsPoint::lateness).count()).isOne();
        assertThat(database.number("select count(*) from queue_stats where queue_id <> 0"))
                .isZero();
    }

    @Test
    void whatADeletedQueueHasTalliedStaysInTheTeamWhetherItWasFlushedOrNot() throws SQLException {
        tally(QUEUE, SOME);
        flush(one);
        tally(QUEUE, Tally.accepted(7));
        QueueClearing clearing =
                new QueueClearing(jdbi, new OneShots("posthaste"), new QueueDao(), counts, new ChainDao());

        assertThat(clearing.delete(TEAM, QUEUE, Actor.COMMAND_LINE)).isEqualTo(QueueRemoval.DONE);

        flush(one);
        flush(two);
        assertThat(total(null)).isEqualTo(SOME.plus(Tally.accepted(7)));
        assertThat(database.number("select sum(accepted) from queue_counts")).isEqualTo(17);
        assertThat(database.number("select count(*) from queue_stats_counted where queue_id = 1"))
                .isZero();
        one.rollUp(connect());
        tally(NoQueue.of(TEAM), Tally.accepted(1));
        flush(two);
        assertThat(total(null)).isEqualTo(SOME.plus(Tally.accepted(8)));
    }

    /** Otherwise a flush that had looked before would take what the deletion has moved once more. */
    @Test
    void aQueueIsNotDeletedBetweenTheLookAtItsTallyAndItsCommit() throws Exception {
        tally(QUEUE, SOME);
        QueueClearing clearing =
                new QueueClearing(jdbi, new OneShots("posthaste"), new QueueDao(), counts, new ChainDao());
        List<TallyDao.Since> taken = new ArrayList<>();

        database.meet(connection -> taken.addAll(new TallyDao(counts).take(connection)), connection -> {
            return clearing.delete(TEAM, QUEUE, Actor.COMMAND_LINE);
        });

        assertThat(taken).extracting(TallyDao.Since::tally).containsExactly(SOME);
        flush(one);
        assertThat(total(null)).isEqualTo(Tally.NONE);
    }

    @Test
    void onlyTheQueuesThatWereMadeFirstHaveRowsOfTheirOwnAndTheTeamHasAll() throws SQLException {
        database.execute("insert into queues (team_id, name) select 1, 'q' || n from generate_series(2, 102) n");
        for (long queue = 1; queue <= 102; queue++) {
            tally(queue, Tally.accepted(1));
        }

        flush(one);

        assertThat(total(null)).isEqualTo(Tally.accepted(102));
        assertThat(database.number("select count(*) from queue_stats where queue_id <> 0"))
                .isEqualTo(FlushStats.MAX_QUEUES);
        assertThat(reader.isKept(100)).isTrue();
        assertThat(reader.isKept(101)).isFalse();
    }

    @Test
    void minutesOfMoreThanADayAgoBecomeHoursAndTheirSumsStay() throws SQLException {
        Instant old = hoursAgo(40);
        Random random = new Random(3);
        List<StatsDao.Dated> minutes = new ArrayList<>();
        for (int minute = 0; minute < 60 * 40; minute++) {
            StatsRow row = StatsRow.of(new StatsRow.Key(TEAM, QUEUE), new Tally(minute, 1, 2, 3, 4, 5));
            row.lateness().add(random.nextInt(10_000));
            row.duration().add(random.nextInt(1_000));
            minutes.add(new StatsDao.Dated(old.plus(minute, ChronoUnit.MINUTES), row));
        }
        add(StatsDao.MINUTE, minutes);
        String sums = sums();

        one.rollUp(connect());

        assertThat(sums()).isEqualTo(sums);
        assertThat(database.number("select count(*) from queue_stats where step = 3600"))
                .isEqualTo(16);
        assertThat(database.number("select count(*) from queue_stats where step = 60 and at < '" + hoursAgo(24) + "'"))
                .isZero();
        two.rollUp(connect());
        assertThat(sums()).isEqualTo(sums);
    }

    @Test
    void aMinuteThatComesLateIsAddedToItsHour() throws SQLException {
        Instant old = hoursAgo(30);
        add(StatsDao.MINUTE, List.of(minute(old, SOME)));
        one.rollUp(connect());
        add(StatsDao.MINUTE, List.of(minute(old.plusSeconds(60), SOME)));

        one.rollUp(connect());

        assertThat(database.number("select accepted from queue_stats where step = 3600"))
                .isEqualTo(20);
        assertThat(database.number("select count(*) from queue_stats")).isOne();
    }

    @Test
    void aRollUpThatBreaksOffHasChangedNothing() throws SQLException {
        add(StatsDao.MINUTE, List.of(minute(hoursAgo(30), SOME), minute(hoursAgo(29), SOME)));
        database.execute("alter table queue_stats add constraint broken check (step = 60) not valid");
        String sums = sums();

        assertThatThrownBy(() -> one.rollUp(connect())).isInstanceOf(SQLException.class);

        assertThat(sums()).isEqualTo(sums);
        assertThat(database.number("select count(*) from queue_stats where step = 60"))
                .isEqualTo(2);
        database.execute("alter table queue_stats drop constraint broken");
        one.rollUp(connect());
        assertThat(sums()).isEqualTo(sums);
    }

    @Test
    void hoursAreRemovedWhenTheyAreKeptNoLonger() throws SQLException {
        add(StatsDao.HOUR, List.of(minute(hoursAgo(24 * 91), SOME), minute(hoursAgo(24 * 89), SOME)));

        one.rollUp(connect());

        assertThat(database.number("select count(*) from queue_stats")).isOne();
        assertThat(database.number("select count(*) from queue_stats where at > '" + hoursAgo(24 * 90) + "'"))
                .isOne();
    }

    @Test
    void whatATeamHasGoesWithIt() throws SQLException {
        database.execute("insert into teams (name) values ('going'), ('gone'), ('staying')");
        for (long team : new long[] {1, 2, 3, 4}) {
            tally(NoQueue.of(team), SOME);
        }
        flush(one);
        database.execute("update teams set removed_at = now() where name = 'going'");
        database.execute("delete from teams where name = 'gone'");

        one.rollUp(connect());

        assertThat(database.text("select string_agg(distinct team_id::text, ',') from queue_stats"))
                .isEqualTo("1,4");
        assertThat(database.number("select count(*) from queue_counts where queue_id = -3"))
                .isZero();
        assertThat(database.number("select count(*) from queue_stats_counted where queue_id = -3"))
                .isZero();
    }

    @Test
    void aStepWithoutAnythingIsThereWithZeros() throws SQLException {
        tally(QUEUE, SOME);
        flush(one);

        List<StatsPoint> points = reader.read(TEAM, QUEUE, range(StatsStep.MINUTE, Duration.ofMinutes(10)));

        assertThat(points).hasSizeBetween(11, 12);
        assertThat(points.stream().filter(point -> point.tally().equals(Tally.NONE)))
                .hasSize(points.size() - 1);
        assertThat(points).extracting(StatsPoint::at).isSorted();
    }

    @Test
    void hoursAndDaysAreOfMinutesAndHours() throws SQLException {
        add(StatsDao.HOUR, List.of(minute(hoursAgo(30), SOME), minute(hoursAgo(29), SOME)));
        add(
                StatsDao.MINUTE,
                List.of(minute(hoursAgo(2), SOME), minute(hoursAgo(2).plusSeconds(60), SOME)));

        Map<Instant, Tally> byHour = new HashMap<>();
        for (StatsPoint point : reader.read(TEAM, QUEUE, range(StatsStep.HOUR, Duration.ofHours(40)))) {
            byHour.put(point.at(), point.tally());
        }

        assertThat(byHour).containsEntry(hoursAgo(30), SOME).containsEntry(hoursAgo(29), SOME);
        assertThat(byHour).containsEntry(hoursAgo(2), SOME.plus(SOME)).containsEntry(hoursAgo(3), Tally.NONE);
        assertThat(reader.read(TEAM, QUEUE, range(StatsStep.DAY, Duration.ofDays(3))).stream()
                        .map(StatsPoint::tally)
                        .reduce(Tally.NONE, Tally::plus))
                .isEqualTo(SOME.plus(SOME).plus(SOME).plus(SOME));
    }

    private Instant hoursAgo(int hours) {
        return now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(hours));
    }

    private static StatsDao.Dated minute(Instant at, Tally tally) {
        return new StatsDao.Dated(at, StatsRow.of(new StatsRow.Key(TEAM, QUEUE), tally));
    }

    private void add(Duration step, List<StatsDao.Dated> rows) throws SQLException {
        try (Connection connection = connect()) {
            new StatsDao().add(connection, step, rows);
        }
    }

    private String sums() throws SQLException {
        return database.text("""
                select string_agg(x::text, ' ')
                  from (select team_id, queue_id, sum(accepted), sum(delivered), sum(failed_attempts), sum(retried),
                               sum(died), sum(cancelled), max(lateness_max_ms), max(duration_max_ms),
                               (select array_agg(n order by i)
                                  from (select i, sum(a) as n from queue_stats o,
                                               unnest(o.lateness) with ordinality as u (a, i)
                                         where o.team_id = s.team_id and o.queue_id = s.queue_id group by i) l),
                               (select array_agg(n order by i)
                                  from (select i, sum(a) as n from queue_stats o,
                                               unnest(o.duration) with ordinality as u (a, i)
                                         where o.team_id = s.team_id and o.queue_id = s.queue_id group by i) l)
                          from queue_stats s group by team_id, queue_id order by 1, 2) x
                """);
    }

    private static Attempt attempt(long queueId, long latenessMs, int durationMs) {
        return new Attempt(TEAM, queueId, "q", latenessMs, durationMs, null, null);
    }

    private static Times timesOf(long... ms) {
        Times times = new Times();
        for (long one : ms) {
            times.add(one);
        }
        return times;
    }

    private StatsRange range(StatsStep step, Duration back) {
        Instant end = Instant.now();
        return StatsRange.around(step, end.minus(back), end);
    }

    private Tally total(@Nullable Long queueId) throws SQLException {
        return reader.read(TEAM, queueId, range(StatsStep.MINUTE, Duration.ofMinutes(10))).stream()
                .map(StatsPoint::tally)
                .reduce(Tally.NONE, Tally::plus);
    }

    private Times times(@Nullable Long queueId, Function<StatsPoint, Times> which) throws SQLException {
        Times sum = new Times();
        reader.read(TEAM, queueId, range(StatsStep.MINUTE, Duration.ofMinutes(10))).stream()
                .map(which)
                .forEach(sum::add);
        return sum;
    }

    private void tally(long queueId, Tally happened) throws SQLException {
        try (Connection connection = connect()) {
            counts.addition(Map.of(queueId, CountChange.NONE.and(happened))).execute(connection);
        }
    }

    private void flush(Statistics node) throws SQLException {
        try (Connection connection = connect()) {
            node.flush(connection);
        }
    }

    private Connection connect() throws SQLException {
        return database.dataSource().getConnection();
    }
}
