package dev.posthaste.operations;

import dev.posthaste.audit.Actor;
import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.ChainFilter;
import dev.posthaste.jobs.ChainSearch;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.JobStatus;
import dev.posthaste.jobs.ReplayDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.sql.KnownCommit;
import dev.posthaste.steering.RemoveChains;
import dev.posthaste.steering.ReplayJobs;
import dev.posthaste.steering.SteerChains;
import java.sql.SQLException;
import java.time.Instant;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** A database with chains, and operations over them that nobody does but who asks. */
final class ChainsOnDatabase implements AutoCloseable {
    static final long TEAM = 1;
    static final Actor SOMEBODY = Actor.token(7, "somebody", "192.0.2.1");

    final TestDatabase database = TestDatabase.fresh();
    final OneShots oneShots = new OneShots("posthaste");
    final Operations operations = operations();
    private long last;

    ChainsOnDatabase() throws SQLException {
        database.execute("insert into queues (team_id, name) values (1, 'emails'), (1, 'others')");
    }

    /** As another node has them. */
    Operations operations() {
        Jdbi jdbi = KnownCommit.database(database.dataSource()::getConnection);
        ChainDao chains = new ChainDao();
        QueueDao queues = new QueueDao();
        QueueCountDao counts = new QueueCountDao();
        ReplayJobs replays = new ReplayJobs(new JobDao(), new ReplayDao(), oneShots, counts);
        RemoveChains removal = new RemoveChains(chains, oneShots, counts);
        return new Operations(
                jdbi,
                queues,
                new ChainSearch(oneShots),
                new SteerChains(oneShots, queues, chains, counts, replays, removal));
    }

    /** So many chains of one attempt in a queue that have ended so; the id of the first. */
    long ended(int count, FinalStatus end, String queue) throws SQLException {
        String status =
                end == FinalStatus.SUCCESS ? "completed" : end == FinalStatus.CANCELLED ? "cancelled" : "failed";
        return insert(count, status, "'" + end.contractName() + "'", queue);
    }

    /** So many jobs that wait for tomorrow, with what is to send them; the id of the first. */
    long pending(int count, String queue) throws SQLException {
        long first = insert(count, "pending", "null", queue);
        long queueId = queueId(queue);
        Jdbi.create(database.dataSource())
                .useTransaction(handle -> oneShots.store(
                        handle.getConnection(),
                        LongStream.range(first, first + count)
                                .mapToObj(id -> Triggers.ofJob(
                                        queueId, id, Instant.now().plusSeconds(86_400), 5, 0))
                                .toList()));
        return first;
    }

    private long insert(int count, String status, String end, String queue) throws SQLException {
        long first = last + 1;
        last += count;
        database.execute("""
                insert into requests (id, method, url, headers)
                select n, 'POST', 'https://Example.com/' || n, '{}' from generate_series(%1$d, %2$d) n;
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, status,
                       final_status, created_at, due_at, concluded_at, dead_lettered_at)
                select n, 1, %3$d, n, n, 1, 5, '%4$s', %5$s, now(), now(), case when %5$s is null then null else now() end,
                       case when %5$s = 'dead_lettered' then now() end
                  from generate_series(%1$d, %2$d) n;
                select setval('jobs_id_seq', %2$d), setval('requests_id_seq', %2$d);
                """.formatted(first, last, queueId(queue), status, end));
        return first;
    }

    /** A retry of the chain, which has ended so or is pending. */
    long retry(long originalId, int attempt, String status, @Nullable FinalStatus end) throws SQLException {
        last++;
        String finalStatus = end == null ? "null" : "'" + end.contractName() + "'";
        database.execute("""
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, status,
                       final_status, created_at, due_at)
                select %1$d, team_id, queue_id, request_id, id, %2$d, priority, '%3$s', %4$s, now(), now()
                  from jobs where id = %5$d;
                select setval('jobs_id_seq', %1$d);
                """.formatted(last, attempt, status, finalStatus, originalId));
        return last;
    }

    long queueId(String queue) throws SQLException {
        return database.number("select id from queues where name = '" + queue + "'");
    }

    static ChainFilter ofQueue(String queue) {
        return new ChainFilter(queue, null, null, null, null, null, null, null, null, null);
    }

    static ChainFilter inStatus(JobStatus status) {
        return new ChainFilter(null, status, null, null, null, null, null, null, null, null);
    }

    static ChainFilter endedAs(FinalStatus end) {
        return new ChainFilter(null, null, end, null, null, null, null, null, null, null);
    }

    Operation start(OperationAction action, ChainFilter filter) throws SQLException {
        return start(new NewOperation(action, filter, false, null));
    }

    Operation start(NewOperation wanted) throws SQLException {
        Operations.Result result = operations.start(TEAM, wanted, SOMEBODY);
        if (result instanceof Operations.Result.Done done) {
            return done.operation();
        }
        throw new AssertionError(result);
    }

    /** Does slices until nothing is due. */
    void run() throws SQLException {
        boolean isMore = true;
        while (isMore) {
            isMore = operations.runner().slice();
        }
    }

    Operation now(Operation operation) throws SQLException {
        return operations.find(TEAM, operation.id()).orElseThrow();
    }

    long jobs(String condition) throws SQLException {
        return database.number("select count(*) from jobs where " + condition);
    }

    @Override
    public void close() {
        database.close();
    }
}
