package dev.posthaste.recurring;

import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import org.jdbi.v3.core.Jdbi;

/** Crons of a node, put together: what changes them, what fires them, and what takes them away. */
public final class RecurringJobs {
    private final CronDao dao = new CronDao();
    private final CronReader reader;
    private final CronFirer firer;
    private final RemoveCrons removal;
    private final Crons crons;
    private final Pings pings;
    private final RepairCrons repair;

    /** Where whoever asks for crons and whoever fires them take their connections from one place. */
    RecurringJobs(Jdbi database, OneShots oneShots) {
        this(database, database, oneShots);
    }

    /**
     * Fires nothing before {@link #firer} is started.
     *
     * @param forFires where nobody waits who asks for something
     */
    public RecurringJobs(Jdbi database, Jdbi forFires, OneShots oneShots) {
        JobDao jobs = new JobDao();
        ExecutionDao executions = new ExecutionDao();
        QueueCountDao counts = new QueueCountDao();
        ExecutionWriter writer = new ExecutionWriter(jobs, executions, counts, oneShots);
        CronSettingsDao settings = new CronSettingsDao();
        RemovedCronDao removed = new RemovedCronDao();
        ReplacedRequestDao replaced = new ReplacedRequestDao();
        this.reader = new CronReader(database, settings, new CronListDao());
        FireCrons fires = new FireCrons(dao, executions, writer);
        this.firer = new CronFirer(forFires, dao, fires, oneShots, System::nanoTime);
        this.removal = new RemoveCrons(removed, replaced, executions, new ChainDao(), counts, oneShots);
        this.repair = new RepairCrons(database, dao, new NextFireDao(), executions, oneShots);
        this.pings = new Pings(database, dao, executions, writer, oneShots);
        this.crons = new Crons(
                database,
                dao,
                settings,
                new QueueDao(),
                new CronRequests(jobs, new RequestDao(), replaced),
                fires,
                writer,
                removal,
                oneShots,
                firer::soon);
    }

    /** How many executions that are sent this node has made. */
    public long made() {
        return firer.made() + crons.made();
    }

    public CronReader reader() {
        return reader;
    }

    public CronFirer firer() {
        return firer;
    }

    public RemoveCrons removal() {
        return removal;
    }

    public RepairCrons repair() {
        return repair;
    }

    public Pings pings() {
        return pings;
    }

    public Crons crons() {
        return crons;
    }
}
