package dev.posthaste;

import dev.posthaste.alerts.Crossings;
import dev.posthaste.delivery.AlertCounts;
import dev.posthaste.delivery.CallbackCounts;
import dev.posthaste.delivery.Deliveries;
import dev.posthaste.delivery.DeliveryThreads;
import dev.posthaste.delivery.MailSender;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.httpclient.HttpClientSender;
import dev.posthaste.intake.AcceptJobs;
import dev.posthaste.intake.IdempotencyDao;
import dev.posthaste.intake.IdempotencyKeys;
import dev.posthaste.intake.Intake;
import dev.posthaste.intake.IntakeLimits;
import dev.posthaste.intake.IntakeResult;
import dev.posthaste.intake.QueueResolver;
import dev.posthaste.intake.ResolvedSubmission;
import dev.posthaste.intake.TeamIntakeDao;
import dev.posthaste.intake.TeamLimit;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.RunDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.Capacity;
import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.InstanceName;
import dev.posthaste.oneshots.NodeSettings;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.operations.OperationRunner;
import dev.posthaste.ops.Duty;
import dev.posthaste.ops.ExpiredIdempotencyKeys;
import dev.posthaste.ops.NeededThreads;
import dev.posthaste.ops.Readiness;
import dev.posthaste.ops.RunPartitions;
import dev.posthaste.ops.SchemaWatch;
import dev.posthaste.ops.StandingReadings;
import dev.posthaste.ops.ThreadWatch;
import dev.posthaste.ops.Upkeep;
import dev.posthaste.ops.Verification;
import dev.posthaste.ops.VerifyTask;
import dev.posthaste.postgres.ConnectionPools;
import dev.posthaste.postgres.DatabaseTarget;
import dev.posthaste.postgres.DatabaseWatch;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.quartz.ClusteredScheduler;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.recurring.RecurringJobs;
import dev.posthaste.redaction.Masks;
import dev.posthaste.signing.KeyRing;
import dev.posthaste.signing.KnownSecrets;
import dev.posthaste.sql.FreshPlans;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.sql.KnownCommit;
import dev.posthaste.stats.Statistics;
import dev.posthaste.stats.StatsListener;
import dev.posthaste.teams.TokenDao;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node at work: what stands between the API and the database. Its lists of starting and stopping are the order that
 * counts: nothing may be used after what it stands on is closed.
 */
final class Node implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    static final String SCHEDULER_NAME = "posthaste";
    private static final int MAX_GROUP = 500;
    private static final int MAX_CLAIM = 500;

    /** For the answer to each statement of a group of pushes, on a connection that the network may have forgotten. */
    private static final Duration INTAKE_PATIENCE = Duration.ofSeconds(15);

    private static final Duration PARTITIONS_EVERY = Duration.ofMinutes(5);
    private static final Duration RETENTION_EVERY = Duration.ofMinutes(30);
    private static final Duration REPAIR_EVERY = Duration.ofMinutes(1);
    private static final Duration SCHEMA_EVERY = Duration.ofSeconds(2);
    private static final Duration VERIFY_EVERY = Duration.ofMinutes(1);
    private static final Duration THREADS_EVERY = Duration.ofSeconds(1);
    private static final Duration DATABASE_EVERY = Duration.ofMillis(500);

    private static final Duration KEYS_EVERY = Duration.ofMinutes(10);
    private static final Duration STATS_EVERY = Duration.ofSeconds(10);
    private static final Duration HOURS_EVERY = Duration.ofMinutes(5);
    private static final Duration LAST_STATS = Duration.ofSeconds(1);
    private static final Duration LAST_UPKEEP = Duration.ofSeconds(1);

    private final OpenDatabase database;
    private final DeliveryConfig config;
    private final MemoryConfig memory;
    private final StopTime stopTime;
    private final DatabaseClock clock = new DatabaseClock(InstantSource.system());
    private final RunPartitions partitions = new RunPartitions(new RunDao(), clock);
    private final OneShots oneShots = new OneShots(SCHEDULER_NAME);
    private final HttpClientSender sender;
    private final DeliveryThreads threads;
    private final Deliveries deliveries;
    private final ClusteredScheduler scheduler;
    private final AcceptJobs accepting;
    private final GroupCommit<ResolvedSubmission, IntakeResult> acceptances;
    private final Intake intake;
    private final RecurringJobs recurring;
    private @Nullable OperationRunner operations;
    private final Verification verification;
    private final Upkeep upkeep;
    private final Statistics statistics;
    private final Upkeep statisticsUpkeep;
    private final Upkeep schemaUpkeep;
    private final StandingReadings standing =
            new StandingReadings(SCHEDULER_NAME, new QueueCountDao(), System::nanoTime);
    private final NeededThreads neededThreads;
    private final ThreadWatch watch;
    private final DatabaseWatch databaseWatch;
    private final Duty duty;

    /**
     * Does nothing before it is started.
     *
     * @param instance what the sessions of the database are called by
     * @param statsKept how long what has happened is kept
     * @param listener told of what happens
     */
    Node(
            InstanceName instance,
            OpenDatabase database,
            DeliveryConfig config,
            MemoryConfig memory,
            IntakeLimits limits,
            EgressRules egress,
            KeyRing keys,
            Masks masks,
            MailSender mail,
            Duration statsKept,
            StatsListener listener,
            String userAgent) {
        this.database = database;
        this.config = config;
        this.memory = memory;
        this.stopTime = new StopTime(config.stopWithin(), System::nanoTime);
        this.sender = new HttpClientSender(
                egress,
                InetAddress::getAllByName,
                clock,
                memory.answers(),
                config.allSlots(),
                config.answers(),
                config.proxy());
        this.threads = DeliveryThreads.forSlots(config.allSlots());
        DataSource pool = database.pools().scheduler();
        this.statistics = new Statistics(statsKept, clock, listener);
        this.deliveries = new Deliveries(
                pool,
                oneShots,
                sender,
                clock,
                new KnownSecrets(keys),
                masks,
                new Crossings(Crossings.WINDOW),
                mail,
                statistics,
                userAgent,
                instance.text(),
                GlobalOpenTelemetry.get());
        this.scheduler = new ClusteredScheduler(
                instance,
                settings(),
                pool,
                database.pools().checkIns(),
                new NodeSessions(database.pools()),
                clock,
                oneShots,
                deliveries.ports(),
                threads);
        // One connection at a time, however many clients push: the scheduler does not have to wait for them.
        TeamLimit limit = new TeamLimit(limits, new TeamIntakeDao(), new QueueCountDao());
        this.accepting = accepting(oneShots, limit);
        this.acceptances =
                new GroupCommit<>("intake", pool, accepting, GroupCommit.WhileAway.FAIL, INTAKE_PATIENCE, MAX_GROUP);
        this.intake = new Intake(new QueueResolver(database.pools().api(), new QueueDao()), limit, acceptances);
        Jdbi freshPlans = KnownCommit.database(new FreshPlans(database.pools().api()));
        this.recurring = new RecurringJobs(freshPlans, Jdbi.create(pool), oneShots);
        this.verification = new Verification(freshPlans, oneShots, recurring.repair(), System::nanoTime);
        this.upkeep = new Upkeep(new FreshPlans(database.pools().api()), "posthaste-upkeep");
        // Apart, because retention may take longer than what has happened is to wait.
        this.statisticsUpkeep = new Upkeep(new FreshPlans(database.pools().api()), "posthaste-statistics");
        // Apart from both: who may not work on the schema any more must not go on until retention has ended.
        this.schemaUpkeep = new Upkeep(new FreshPlans(database.pools().api()), "posthaste-schema");
        this.neededThreads = new NodeThreads(
                List.of(scheduler::endedThreads, threads::ended, recurring.firer()::ended, this::endedOperations),
                List.of(scheduler::isHeldUp, acceptances::isHeldUp));
        this.watch = new ThreadWatch(neededThreads, THREADS_EVERY, processEnd());
        this.databaseWatch = new DatabaseWatch(database.pools().api(), DATABASE_EVERY, System::nanoTime);
        this.duty = new Duty(scheduler::standBy, scheduler::resume, scheduler::beginStop);
    }

    /** What it has been told to do. */
    Duty duty() {
        return duty;
    }

    /** Whether calls should come to it. */
    Readiness readiness() {
        return new Readiness(duty, neededThreads, databaseWatch::answers, scheduler::isMember, scheduler::isHeldUp);
    }

    /** To begin when the server is told to stop. */
    StopTime stopTime() {
        return stopTime;
    }

    Intake intake() {
        return intake;
    }

    OneShots oneShots() {
        return oneShots;
    }

    ClusteredScheduler scheduler() {
        return scheduler;
    }

    DatabaseClock clock() {
        return clock;
    }

    DatabaseTarget database() {
        return database.target();
    }

    NeededThreads neededThreads() {
        return neededThreads;
    }

    RecurringJobs recurring() {
        return recurring;
    }

    /** Whether the database did when it was looked at last, a moment ago; costs nothing. */
    boolean databaseAnswers() {
        return databaseWatch.answers();
    }

    Verification verification() {
        return verification;
    }

    Upkeep upkeep() {
        return upkeep;
    }

    /** Has what is kept no longer removed, by one node at a time. */
    void keep(Upkeep.Task retention) {
        upkeep.repeatAlone("retention", RETENTION_EVERY, retention);
    }

    /** Has it do operations over many jobs for as long as it runs. To be called before it is started. */
    void operate(OperationRunner runner) {
        operations = runner;
    }

    private List<String> endedOperations() {
        OperationRunner runner = operations;
        return runner == null ? List.of() : runner.ended();
    }

    long missedPings() {
        return deliveries.missedPings();
    }

    int outcomesWaiting() {
        return deliveries.outcomesWaiting();
    }

    AlertCounts alertCounts() {
        return deliveries.alertCounts();
    }

    CallbackCounts callbackCounts() {
        return deliveries.callbackCounts();
    }

    /** How many jobs were pushed to this node. */
    long pushed() {
        return accepting.accepted();
    }

    /** How the connections are used, by pool. */
    Map<String, ConnectionPools.Use> pools() {
        return database.pools().use();
    }

    /** How all nodes together stand. */
    StandingReadings standing() {
        return standing;
    }

    /** Has these told of what is committed in groups: submissions, and outcomes. */
    void observe(GroupCommit.Observer submissions, GroupCommit.Observer outcomes) {
        acceptances.observe(submissions);
        deliveries.observe(outcomes);
    }

    int submissionsWaiting() {
        return acceptances.backlog();
    }

    /** Runs before the listeners open: what is taken in can be sent. */
    @Override
    public void start() throws SchedulerException, SQLException {
        try (Connection connection = database.pools().api().getConnection()) {
            clock.synchronize(connection);
            partitions.run(connection);
        }
        schemaUpkeep.repeat("schema's level", SCHEMA_EVERY, new SchemaWatch(database, processEnd()));
        upkeep.repeat("partitions of runs", PARTITIONS_EVERY, partitions);
        upkeep.repeatAlone(
                VerifyTask.CRONS, REPAIR_EVERY, any -> recurring.repair().run());
        upkeep.repeatAlone(VerifyTask.NAME, VERIFY_EVERY, any -> verification.some());
        upkeep.repeat("idempotency keys", KEYS_EVERY, new ExpiredIdempotencyKeys(new IdempotencyDao()));
        statisticsUpkeep.repeat("standing", STATS_EVERY, standing);
        statisticsUpkeep.repeat("statistics", STATS_EVERY, statistics::flush);
        statisticsUpkeep.repeatAlone("hours of statistics", HOURS_EVERY, statistics::rollUp);
        scheduler.start();
        recurring.firer().start();
        if (operations != null) {
            operations.start();
        }
        watch.start();
        databaseWatch.start();
    }

    /** Runs after the listeners have closed and their calls have ended. */
    @Override
    public void stop() throws InterruptedException {
        StopSteps steps = new StopSteps();
        steps.take("The watch of threads", watch::close);
        steps.take("The watch of the database", databaseWatch::close);
        steps.take("The firing of crons", recurring.firer()::end);
        OperationRunner running = operations;
        if (running != null) {
            steps.take("The runner of operations", running::end);
        }
        steps.take("Upkeep", upkeep::end);
        steps.take("The watch of the schema", schemaUpkeep::end);
        steps.take("The scheduler", () -> scheduler.stop(stopTime::left, stopTime::rest));
        steps.take("The firing of crons", recurring.firer()::close);
        if (running != null) {
            steps.take("The runner of operations", running::close);
        }
        steps.take("Upkeep", () -> endWithin(LAST_UPKEEP, upkeep));
        steps.take("The watch of the schema", () -> endWithin(LAST_UPKEEP, schemaUpkeep));
        steps.take("The intake", acceptances::end);
        steps.take("Deliveries", deliveries::end);
        steps.take("The intake", acceptances::close);
        steps.take("Deliveries", deliveries::close);
        steps.take(
                "Statistics",
                () -> statisticsUpkeep.closeAfter("statistics", statistics::flush, stopTime.atMost(LAST_STATS)));
        steps.take("The node's threads", threads::close);
        steps.take("The HTTP client", sender::close);
        steps.take("The database", database::close);
        steps.end();
        LOG.info(
                "Posthaste has stopped; what waits is in the database, and goes on with the next start or on other nodes");
    }

    /** What it does then waits for the database, and fails when that is closed. */
    private void endWithin(Duration bound, Upkeep ending) throws InterruptedException {
        if (!ending.awaitEnd(stopTime.atMost(bound))) {
            LOG.debug("A task of upkeep waits for the database, and is left to it");
        }
    }

    private ProcessEnd processEnd() {
        return new ProcessEnd(config.stopWithin().plus(StopTime.BESIDE));
    }

    private NodeSettings settings() {
        return new NodeSettings(
                Map.of(
                        Triggers.DELIVERY,
                        new Capacity(config.slots(), memory.inFlight() / 5 * 4),
                        Triggers.CALLBACK,
                        new Capacity(config.callbackSlots(), memory.inFlight() / 5),
                        Triggers.HEARTBEAT,
                        Capacity.ofSlots(config.heartbeatSlots()),
                        Triggers.ALERT,
                        Capacity.ofSlots(config.alertSlots())),
                MAX_CLAIM,
                config.checkIn(),
                config.lease(),
                database.target().isSole());
    }

    private static AcceptJobs accepting(OneShots oneShots, TeamLimit limit) {
        return new AcceptJobs(
                new TokenDao(),
                new QueueDao(),
                new IdempotencyKeys(new IdempotencyDao()),
                limit,
                new RequestDao(),
                new JobDao(),
                oneShots,
                new QueueCountDao());
    }
}
