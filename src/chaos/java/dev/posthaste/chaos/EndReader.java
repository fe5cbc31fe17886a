package dev.posthaste.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.OwnPostgres;
import dev.posthaste.system.Api;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Reads what the database has when all should have been sent. */
final class EndReader {
    private static final String JOBS = """
            select j.id, j.original_job_id, j.attempt_number, j.status, j.final_status,
                   (extract(epoch from j.due_at) * 1000000)::bigint as due, r.url, coalesce(q.name, g.name) as queue,
                   coalesce(cardinality(coalesce(r.retry_delays, q.retry_delays)), 0) as retries,
                   r.callback_url is not null as wants_callback, j.cron_id,
                   coalesce(j.cron_trigger, '') = 'schedule' as is_scheduled
              from jobs j
              join requests r on r.id = j.request_id
              left join queues q on q.id = j.queue_id
              left join queues g on g.id = j.gate_queue_id
            """;

    /** What is being waited for. */
    private static final Map<String, String> WAITING = Map.of(
            "jobs that have not ended",
            "select count(*) from jobs where status = 'pending'",
            "callbacks that wait",
            "select count(*) from callbacks where status = 'pending'",
            "one-shots that wait",
            "select count(*) from qrtz_triggers",
            "claims",
            "select count(*) from qrtz_fired_one_shots",
            "fired triggers of Quartz",
            "select count(*) from qrtz_fired_triggers");

    private static final Map<String, String> WRONG = Map.of(
            "gates that count something in flight",
            "select count(*) from qrtz_group_gates where in_flight <> 0",
            "queues whose counts are not what the jobs say",
            """
            select count(*)
              from queues q
              left join (select queue_id, sum(pending) as pending, sum(completed) as completed, sum(failed) as failed,
                                sum(dead_lettered) as dead_lettered
                           from queue_counts group by queue_id) c on c.queue_id = q.id
              left join (select queue_id, count(*) filter (where status = 'pending') as pending,
                                count(*) filter (where attempt_number = 1 and final_status = 'success') as completed,
                                count(*) filter (where attempt_number = 1 and final_status = 'failed_no_retries')
                                  as failed,
                                count(*) filter (where attempt_number = 1 and final_status = 'dead_lettered')
                                  as dead_lettered
                           from jobs group by queue_id) j on j.queue_id = q.id
             where (coalesce(c.pending, 0), coalesce(c.completed, 0), coalesce(c.failed, 0),
                    coalesce(c.dead_lettered, 0))
                   <> (coalesce(j.pending, 0), coalesce(j.completed, 0), coalesce(j.failed, 0),
                       coalesce(j.dead_lettered, 0))
            """,
            "requests that nothing sends",
            """
            select count(*) from requests r
             where not exists (select 1 from jobs j where j.request_id = r.id)
               and not exists (select 1 from crons c where c.request_id = r.id)
            """,
            "callbacks of no job",
            "select count(*) from callbacks c where not exists (select 1 from jobs j where j.id = c.job_id)",
            "runs of no job",
            "select count(*) from runs r where not exists (select 1 from jobs j where j.id = r.job_id)");

    private final Cluster cluster;
    private final StatsReading stats;

    EndReader(Cluster cluster, StatsReading stats) {
        this.cluster = cluster;
        this.stats = stats;
    }

    /** Returns when nothing waits any more, or when the time is over. */
    void awaitDrained(Duration most) throws InterruptedException, SQLException {
        Instant until = Instant.now().plus(most);
        while (Instant.now().isBefore(until) && !counted(WAITING).isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(250);
        }
    }

    EndState read(List<CronRow> crons) throws SQLException, IOException, InterruptedException {
        List<String> leftovers = new ArrayList<>(counted(WAITING));
        leftovers.addAll(counted(WRONG));
        leftovers.addAll(shownWrong());
        leftovers.addAll(LastVerification.of(cluster));
        OwnPostgres database = cluster.database();
        List<JobRow> jobs = list(JOBS, EndReader::job);
        return new EndState(
                jobs,
                list(
                        """
                        select job_id, (extract(epoch from started_at) * 1000000)::bigint, failure_reason,
                               response_status
                          from runs order by job_id, id
                        """,
                        row -> new RunRow(
                                row.getLong(1),
                                instant(row.getLong(2)),
                                row.getString(3),
                                row.getObject(4, Integer.class))),
                list(
                        "select id, job_id, status from callbacks order by id",
                        row -> new CallbackRow(row.getLong(1), row.getLong(2), row.getString(3))),
                crons,
                database.number("select count(*) from idempotency_keys"),
                stats.whenWritten(Counters.ofAttempts(jobs)),
                leftovers);
    }

    private static JobRow job(ResultSet row) throws SQLException {
        String url = row.getString("url");
        return new JobRow(
                row.getLong("id"),
                row.getLong("original_job_id"),
                row.getInt("attempt_number"),
                row.getString("status"),
                row.getString("final_status"),
                instant(row.getLong("due")),
                Target.parse(url.substring(url.indexOf('/', "http://".length()))),
                row.getString("queue"),
                row.getInt("retries"),
                row.getBoolean("wants_callback"),
                row.getObject("cron_id", Long.class),
                row.getBoolean("is_scheduled"));
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
    }

    private List<String> counted(Map<String, String> questions) throws SQLException {
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, String> question : questions.entrySet()) {
            long count = cluster.database().number(question.getValue());
            if (count != 0) {
                found.add(count + " " + question.getKey());
            }
        }
        return found;
    }

    /** Every node shows the same counts, those of the jobs. */
    private List<String> shownWrong() throws SQLException, IOException, InterruptedException {
        Map<Long, String> counts = new TreeMap<>();
        list(
                        """
                        select queue_id, count(*) filter (where status = 'pending'),
                               count(*) filter (where attempt_number = 1 and final_status = 'success'),
                               count(*) filter (where attempt_number = 1 and final_status = 'failed_no_retries'),
                               count(*) filter (where attempt_number = 1 and final_status = 'dead_lettered')
                          from jobs where team_id is not null group by queue_id
                        """,
                        row -> Map.entry(
                                row.getLong(1),
                                row.getLong(2) + " " + row.getLong(3) + " " + row.getLong(4) + " " + row.getLong(5)))
                .forEach(queue -> counts.put(queue.getKey(), queue.getValue()));
        List<String> wrong = new ArrayList<>();
        for (ChaosNode node : cluster.nodes()) {
            Map<Long, String> shown = new TreeMap<>();
            for (JsonNode queue :
                    Api.json(Calls.get(node.port(), "/api/queues?limit=100")).get("data")) {
                JsonNode shownCounts = queue.get("counts");
                shown.put(
                        queue.get("id").asLong(),
                        shownCounts.get("pending").asLong() + " "
                                + shownCounts.get("completed").asLong() + " "
                                + shownCounts.get("failed").asLong() + " "
                                + shownCounts.get("dead_lettered").asLong());
            }
            if (!shown.equals(counts)) {
                wrong.add("Node " + node.index() + " shows the counts " + shown + " (pending, completed, failed, dead"
                        + " lettered by queue), and there are " + counts + ".");
            }
        }
        return wrong;
    }

    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private <T> List<T> list(String sql, Reading<T> reading) throws SQLException {
        List<T> all = new ArrayList<>();
        try (Connection connection = cluster.database().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                all.add(reading.of(rows));
            }
        }
        return all;
    }
}
