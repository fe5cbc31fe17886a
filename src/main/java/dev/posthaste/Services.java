package dev.posthaste;

import dev.posthaste.alerts.AlertChannels;
import dev.posthaste.alerts.Alerts;
import dev.posthaste.alerts.ChannelDao;
import dev.posthaste.alerts.RemoveAlerts;
import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.ChainSearch;
import dev.posthaste.jobs.DeadLetterDao;
import dev.posthaste.jobs.DeadLetterGroups;
import dev.posthaste.jobs.DeadLetterLister;
import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.ExecutionReader;
import dev.posthaste.jobs.FailedJobs;
import dev.posthaste.jobs.FinishedChainDao;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.JobLister;
import dev.posthaste.jobs.JobReader;
import dev.posthaste.jobs.JobSize;
import dev.posthaste.jobs.ReplayDao;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.RunDao;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.operations.OperationDao;
import dev.posthaste.operations.OperationRunner;
import dev.posthaste.operations.Operations;
import dev.posthaste.ops.RestoreRelease;
import dev.posthaste.ops.Retention;
import dev.posthaste.ops.TeamActions;
import dev.posthaste.overview.OverviewReader;
import dev.posthaste.queues.QueueClearing;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.queues.QueueReader;
import dev.posthaste.queues.Queues;
import dev.posthaste.recurring.RecurringJobs;
import dev.posthaste.recurring.RemoveCrons;
import dev.posthaste.recurring.RemovedCronDao;
import dev.posthaste.redaction.Masks;
import dev.posthaste.stats.StatsReader;
import dev.posthaste.steering.ChangeJob;
import dev.posthaste.steering.DeadLetters;
import dev.posthaste.steering.JobSteering;
import dev.posthaste.steering.RemoveChains;
import dev.posthaste.steering.ReplayJobs;
import dev.posthaste.steering.SteerChains;
import dev.posthaste.steering.TeamRemoval;
import dev.posthaste.teams.TeamDao;
import dev.posthaste.teams.Teams;
import dev.posthaste.web.AlertServices;
import dev.posthaste.web.CronServices;
import dev.posthaste.web.JobServices;
import dev.posthaste.web.PingUrls;
import dev.posthaste.web.QueueServices;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;

/** Makes what reads, steers and removes jobs that were pushed; pushing and delivering them is a {@link Node}'s. */
final class Services {
    private final Jdbi jdbi;
    private final OneShots oneShots;
    private final Masks masks;
    private final JobDao jobs = new JobDao();
    private final ChainDao chains = new ChainDao();
    private final QueueDao queues = new QueueDao();
    private final QueueCountDao counts = new QueueCountDao();
    private final ReplayJobs replays;
    private final RemoveChains removal;
    private final DeadLetters deadLetters;
    private final Operations operations;

    Services(Jdbi jdbi, OneShots oneShots, Masks masks) {
        this.jdbi = jdbi;
        this.oneShots = oneShots;
        this.masks = masks;
        this.replays = new ReplayJobs(jobs, new ReplayDao(), oneShots, counts);
        this.removal = new RemoveChains(chains, oneShots, counts);
        this.deadLetters = new DeadLetters(jdbi, oneShots, new DeadLetterDao(), queues, replays, removal);
        this.operations = new Operations(
                jdbi,
                queues,
                new ChainSearch(oneShots),
                new SteerChains(oneShots, queues, chains, counts, replays, removal));
    }

    /** What does what was asked for over many jobs, once it is started. */
    OperationRunner operationRunner() {
        return operations.runner();
    }

    /** How many jobs were pushed again. */
    long replayed() {
        return replays.made();
    }

    JobServices jobs() {
        ChangeJob changes = new ChangeJob(new DueJobDao(), jobs, new RequestDao(), oneShots);
        return new JobServices(
                new JobReader(jdbi, oneShots, new RunDao(), new CallbackDao()),
                new JobSize(jdbi),
                new JobLister(jdbi, oneShots),
                new JobSteering(jdbi, oneShots, chains, queues, counts, replays, changes),
                new DeadLetterLister(jdbi),
                new DeadLetterGroups(jdbi),
                deadLetters,
                operations,
                masks);
    }

    QueueServices queues() {
        return new QueueServices(
                new QueueReader(jdbi),
                new Queues(jdbi, oneShots),
                new StatsReader(jdbi, queues),
                new FailedJobs(jdbi),
                new QueueClearing(jdbi, oneShots, queues, counts, chains));
    }

    /** @param publicUrl by which the server is known, empty for the one by which it is called */
    CronServices crons(RecurringJobs recurring, String publicUrl) {
        return new CronServices(
                recurring.reader(),
                recurring.crons(),
                new ExecutionReader(jdbi, oneShots, new RunDao(), new CallbackDao()),
                recurring.pings(),
                new PingUrls(publicUrl));
    }

    OverviewReader overview() {
        return new OverviewReader(jdbi, oneShots);
    }

    AlertServices alerts(boolean sendsMail) {
        return new AlertServices(new Alerts(jdbi), new AlertChannels(jdbi, oneShots), sendsMail);
    }

    Retention retention(RetentionConfig config, InstantSource clock, RemoveCrons cronRemoval) {
        return new Retention(
                config.finished(),
                config.runs(),
                config.audit(),
                clock,
                new FinishedChainDao(),
                chains,
                queues,
                new RunDao(),
                deadLetters,
                removal,
                new AuditLog(),
                new TeamDao(),
                cronRemoval,
                new RemoveAlerts(config.alerts()),
                new OperationDao());
    }

    /**
     * What an operator does with teams.
     *
     * @param actor who acts by it
     */
    static TeamActions teams(Jdbi jdbi, OneShots oneShots, Actor actor) {
        TeamDao teams = new TeamDao();
        QueueDao queues = new QueueDao();
        QueueClearing clearing = new QueueClearing(jdbi, oneShots, queues, new QueueCountDao(), new ChainDao());
        return new TeamActions(
                new Teams(jdbi, teams),
                new TeamRemoval(
                        jdbi,
                        oneShots,
                        teams,
                        queues,
                        new RemovedCronDao(),
                        new ChannelDao(),
                        new OperationDao()::removeOf,
                        clearing),
                actor);
    }

    /**
     * What lets a restored database go on.
     *
     * @param actor who acts by it
     */
    static RestoreRelease release(Jdbi jdbi, OneShots oneShots, Actor actor) {
        return new RestoreRelease(
                jdbi,
                oneShots,
                new Teams(jdbi, new TeamDao()),
                new Queues(jdbi, oneShots),
                new RecurringJobs(jdbi, jdbi, oneShots).crons(),
                actor);
    }
}
