package dev.posthaste.delivery;

import dev.posthaste.alerts.AlertMessageDao;
import dev.posthaste.alerts.Crossings;
import dev.posthaste.alerts.MessageSealing;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.RunDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.lifecycle.CallbackTries;
import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.FiringPort;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.recurring.CronDao;
import dev.posthaste.redaction.Masks;
import dev.posthaste.signing.KnownSecrets;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.stats.Statistics;
import dev.posthaste.tracing.Spans;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;

/** What triggers set off, put together: a port for each kind, and the group commit that records their outcomes. */
public final class Deliveries implements AutoCloseable {
    /** Nothing is claimed while outcomes wait so long: as long as a claim waits by default. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(8);

    private static final int MAX_GROUP = 500;

    private final GroupCommit<Outcome, Boolean> completions;
    private final Beginnings beginnings;
    private final HeartbeatFiring heartbeats;
    private final Map<String, FiringPort> ports;
    private final AlertCounts alertCounts = new AlertCounts();
    private final CallbackCounts callbackCounts = new CallbackCounts();

    /**
     * Starts the writers of outcomes and of beginnings.
     *
     * @param oneShots whose firings are completed
     * @param secrets sign what is sent
     * @param masks for what callbacks and the log do not tell
     * @param crossings notes what users are told of how attempts end
     * @param mail sends alerts to those who want them by mail
     * @param statistics what is told of how attempts have ended
     * @param node what this one is called in the cluster
     * @param telemetry of an agent that follows this process; without one what does nothing
     */
    public Deliveries(
            DataSource database,
            OneShots oneShots,
            HttpSender sender,
            DatabaseClock clock,
            KnownSecrets secrets,
            Masks masks,
            Crossings crossings,
            MailSender mail,
            Statistics statistics,
            String userAgent,
            String node,
            OpenTelemetry telemetry) {
        JobDao jobs = new JobDao();
        RunDao runs = new RunDao();
        DueJobDao dueJobs = new DueJobDao();
        CallbackDao callbacks = new CallbackDao();
        AlertMessageDao messages = new AlertMessageDao();
        AttemptRecorder attempts = new AttemptRecorder(
                jobs,
                new ExecutionDao(),
                new CronDao(),
                runs,
                callbacks,
                new QueueCountDao(),
                crossings,
                oneShots,
                clock);
        RequestComposer composer = new RequestComposer(userAgent, clock);
        this.completions = new GroupCommit<>(
                "completion",
                database,
                new RecordOutcomes(
                        oneShots,
                        attempts,
                        new ExecutionDao(),
                        callbacks,
                        messages,
                        alertCounts,
                        callbackCounts,
                        statistics),
                GroupCommit.WhileAway.KEEP_TRYING,
                FIRST_PATIENCE,
                MAX_GROUP);
        this.beginnings = new Beginnings(database, dueJobs, oneShots);
        ToldWay told = new ToldWay(oneShots.trace());
        Spans spans = new Spans(telemetry);
        LogFields fields = new LogFields(node);
        OutcomeLog outcomes = new OutcomeLog(completions, told);
        EndedAttempts endedAttempts = new EndedAttempts(masks);
        AttemptLog attemptLog = new AttemptLog(outcomes, endedAttempts, fields);
        this.heartbeats = new HeartbeatFiring(
                database, dueJobs, new ExecutionDao(), endedAttempts, new Unsent(), outcomes, attemptLog, clock);
        InterruptedDeliveries interruptions = new InterruptedDeliveries(
                dueJobs, jobs, runs, attempts, composer, endedAttempts, alertCounts, statistics);
        this.ports = Map.of(
                Triggers.DELIVERY,
                new DeliveryFiring(
                        dueJobs,
                        secrets,
                        beginnings,
                        new LargeBodies(database, new RequestDao()),
                        composer,
                        sender,
                        new Unsent(),
                        new AnswerCheck(),
                        endedAttempts,
                        outcomes,
                        attemptLog,
                        interruptions,
                        clock,
                        told,
                        spans,
                        fields),
                Triggers.HEARTBEAT,
                heartbeats,
                Triggers.CALLBACK,
                new CallbackFiring(
                        callbacks, secrets, composer, sender, new Unsent(), outcomes, clock, told, spans, fields),
                Triggers.ALERT,
                new AlertFiring(
                        messages,
                        new MessageSealing(database, oneShots, crossings.window(), CallbackTries.fromFirstToLast()),
                        secrets,
                        composer,
                        sender,
                        mail,
                        new Unsent(),
                        outcomes,
                        clock));
    }

    /** By the kind of trigger. */
    public Map<String, FiringPort> ports() {
        return ports;
    }

    /** What was alerted by this node. */
    public AlertCounts alertCounts() {
        return alertCounts;
    }

    /** What became of callbacks. */
    public CallbackCounts callbackCounts() {
        return callbackCounts;
    }

    /** Has this one told of each group of outcomes, in place of whoever was before. */
    public void observe(GroupCommit.Observer observer) {
        completions.observe(observer);
    }

    /** How many pings this node has found missing since its start. */
    public long missedPings() {
        return heartbeats.missed();
    }

    /** How many outcomes wait to be written. */
    public int outcomesWaiting() {
        return completions.backlog();
    }

    /** No writer begins anything more. Does not wait. */
    public void end() {
        beginnings.end();
        completions.end();
    }

    /** Ends the writers; call it when nothing is in flight any more. */
    @Override
    public void close() {
        beginnings.close();
        completions.close();
    }
}
