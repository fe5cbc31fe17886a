package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.ReportFile;
import dev.posthaste.oneshots.Capacity;
import dev.posthaste.oneshots.NodeSettings;
import dev.posthaste.postgres.DatabaseTarget;
import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FourProcessesIT {
    private static final int TRIGGERS = 50_000;

    @Test
    void fourProcessesOnOneDatabaseFireEachTriggerOnce() throws Exception {
        try (TestDatabase database = TestDatabase.fresh()) {
            fill(database);
            Path directory = Files.createTempDirectory(
                    Files.createDirectories(Path.of("target", "processes").toAbsolutePath()), "four");
            List<Process> processes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                processes.add(start(database.target(), directory.resolve("fired-" + i)));
            }
            await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(250))
                    .until(() ->
                            database.number("select count(*) from (select 1 from qrtz_triggers limit 1) as one") == 0);
            List<String> fired = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                processes.get(i).getOutputStream().close();
                assertThat(processes.get(i).waitFor(30, TimeUnit.SECONDS)).isTrue();
                fired.addAll(Files.readAllLines(directory.resolve("fired-" + i)));
            }

            assertThat(fired).hasSize(TRIGGERS);
            assertThat(fired.stream().distinct()).hasSize(TRIGGERS);
            assertThat(database.number("select count(*) from qrtz_fired_one_shots"))
                    .isZero();
            assertThat(database.number("select count(*) from qrtz_scheduler_state"))
                    .isZero();
            assertThat(sequentialReads(database, "qrtz_triggers")).isLessThan(3L * TRIGGERS);
        }
    }

    /** A claim or a completion that scanned the table would read all of it for each batch. */
    private static long sequentialReads(TestDatabase database, String table) throws SQLException {
        return database.number("select seq_tup_read from pg_stat_user_tables where relname = '" + table + "'");
    }

    /** Without ANALYZE: plans must be right on tables that nobody has looked at. */
    private static void fill(TestDatabase database) throws SQLException {
        database.execute("""
                insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group,
                  next_fire_time, prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time,
                  misfire_instr)
                select 'posthaste', 'j' || n, 'q' || n %% 20, 'work', 'one-shots', 1, -1, 5, 'WAITING', 'ONCE', 1, 0, -1
                  from generate_series(1, %d) n""".formatted(TRIGGERS));
    }

    /**
     * With the lease of a server. Under that of other tests a process that is not run for two seconds is dead to the
     * others, and what it had begun is fired again by right; here nothing is to fail.
     */
    private static NodeSettings withSlotsAndLeaseOfAServer(NodeSettings settings) {
        return new NodeSettings(
                Map.of(TestNode.KIND, Capacity.ofSlots(200), TestNode.OTHER_KIND, Capacity.ofSlots(4)),
                settings.maxClaim(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(8),
                settings.soleNode());
    }

    private static Process start(DatabaseTarget target, Path fired) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Firing.class.getName(),
                        target.jdbcUrl(),
                        Objects.requireNonNull(target.user()),
                        Objects.requireNonNull(target.password()),
                        fired.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ReportFile.named("node").toFile())
                .start();
    }

    /** Fires until its input ends, then writes down what it has fired. */
    static final class Firing {
        private Firing() {}

        public static void main(String[] arguments) throws Exception {
            DatabaseTarget target = new DatabaseTarget(arguments[0], arguments[1], arguments[2], false);
            try (TestNode node = TestNode.start(target, FourProcessesIT::withSlotsAndLeaseOfAServer, firing -> {})) {
                System.in.readAllBytes();
                node.stop(Duration.ofSeconds(10));
                Files.write(Path.of(arguments[3]), node.port().names());
            }
            System.exit(0);
        }
    }
}
