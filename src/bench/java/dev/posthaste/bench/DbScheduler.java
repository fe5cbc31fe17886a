package dev.posthaste.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The peer <a href="https://github.com/kagkarlsson/db-scheduler">db-scheduler</a>, tuned as its documentation says for
 * high throughput: lock-and-fetch. Its table has the documented columns and indexes, but for the one that only its
 * priorities need, which are off.
 */
final class DbScheduler extends Contender {
    private static final TaskDescriptor<String> TASK = TaskDescriptor.of("bench", String.class);
    private static final String TABLE = """
            create table scheduled_tasks (
              task_name text not null,
              task_instance text not null,
              task_data bytea,
              execution_time timestamp with time zone not null,
              picked boolean not null,
              picked_by text,
              last_success timestamp with time zone,
              last_failure timestamp with time zone,
              consecutive_failures int,
              last_heartbeat timestamp with time zone,
              version bigint not null,
              priority smallint,
              primary key (task_name, task_instance)
            );
            create index execution_time_idx on scheduled_tasks (execution_time);
            create index last_heartbeat_idx on scheduled_tasks (last_heartbeat);
            """;

    private final int threads;
    private final Scheduler client;

    DbScheduler(PooledDatabase database, int threads) throws Exception {
        super("db-scheduler", database);
        this.threads = threads;
        database.execute(TABLE);
        this.client = scheduler();
    }

    private Scheduler scheduler() {
        OneTimeTask<String> task = Tasks.oneTime(TASK).execute((instance, context) -> done(instance.getId()));
        return Scheduler.create(database().pool(), task)
                .schedulerName(new SchedulerName.Fixed("bench"))
                .threads(threads)
                .pollUsingLockAndFetch(1.0, 4.0)
                .pollingInterval(Duration.ofMillis(100))
                .build();
    }

    private void done(String id) {
        try {
            fire(id);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    void load(int count) throws Exception {
        client.scheduleBatch(batch("job-", 0, count), Instant.now());
        // Else it is left to chance whether autovacuum has looked at the table when it was empty or when it was full.
        database().execute("analyze scheduled_tasks");
    }

    @Override
    Firing firing() {
        Scheduler scheduler = scheduler();
        return new Firing(scheduler::start, scheduler::stop);
    }

    @Override
    boolean isEmpty() throws Exception {
        return database().number("select count(*) from (select 1 from scheduled_tasks limit 1) left_over") == 0;
    }

    @Override
    void schedule(int number) {
        Instant due = Instant.now().plus(Duration.ofDays(1));
        client.schedule(TASK.instance("single-" + number).data("a job's data").build(), due);
    }

    /** Stores jobs through the call that it has for many at once. */
    void scheduleAll(int firstNumber, int count) {
        client.scheduleBatch(batch("batch-", firstNumber, count), Instant.now().plus(Duration.ofDays(1)));
    }

    private static List<TaskInstance<?>> batch(String prefix, int firstNumber, int count) {
        List<TaskInstance<?>> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            batch.add(TASK.instance(prefix + (firstNumber + i))
                    .data("a job's data")
                    .build());
        }
        return batch;
    }

    @Override
    void clear() throws Exception {
        database().execute("truncate scheduled_tasks");
    }

    @Override
    public void close() {
        client.stop();
    }
}
