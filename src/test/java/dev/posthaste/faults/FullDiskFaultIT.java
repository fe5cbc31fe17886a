package dev.posthaste.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.OwnPostgres;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import dev.posthaste.system.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PostgreSQL's files lie on a small file system that fills up, and has room again later. */
class FullDiskFaultIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int JOBS = 200;
    private static final int MEGABYTES = 400;

    private final Opened open = new Opened();
    private final CountDownLatch released = new CountDownLatch(1);
    private Path mounted;
    private RecordingReceiver receiver;
    private ServerProcess server;

    @BeforeEach
    void start() throws Exception {
        Needed.root("a small file system can be mounted by root only");
        Path directory = Files.createDirectories(Path.of("target", "servers").toAbsolutePath());
        mounted = Files.createTempDirectory(directory, "small");
        Needed.command(
                List.of("mount", "-t", "tmpfs", "-o", "mode=755,size=" + MEGABYTES + "m", "small", mounted.toString()),
                "a small file system cannot be mounted here: run the tests in a container that may (--cap-add SYS_ADMIN)");
        open.add(() -> run("umount", mounted.toString()));
        receiver = open.add(new RecordingReceiver());
        receiver.script("/held", (exchange, count) -> {
            released.await();
            exchange.sendResponseHeaders(200, 0);
            // What is kept of it needs room.
            exchange.getResponseBody().write(new byte[20_000]);
        });
    }

    @AfterEach
    void stop() throws Exception {
        released.countDown();
        open.close();
    }

    /** What is written ahead has room: PostgreSQL goes on and refuses (53100). */
    @Test
    void whileTablesCannotGrowNothingIsSentAgainAndAfterwardsAllIsRecorded() throws Exception {
        OwnPostgres elsewhere = open.add(OwnPostgres.make(Map.of()));
        OwnPostgres database = open.add(elsewhere.movedTo(mounted));
        Path written = database.files().resolve("pg_wal");
        run("rm", "-r", written.toString());
        Files.createSymbolicLink(written, elsewhere.files().resolve("pg_wal"));
        database.start();
        List<Long> held = holdJobs(database);

        fill();
        released.countDown();

        await().atMost(SOON)
                .until(() -> server.api().get("/api/health").statusCode() == 503
                        || server.log().contains("completion waits for the database with"));
        await().atMost(SOON).until(() -> !server.isHealthy());
        awaitRefused();
        int sent = receiver.count("/held");
        await().atMost(SOON).pollDelay(Duration.ofSeconds(10)).until(() -> true);
        assertThat(receiver.count("/held")).isEqualTo(sent).isEqualTo(JOBS);
        assertThat(database.isRunning()).isTrue();

        empty();
        awaitGoesOn(database, held);
        assertThat(receiver.count("/held")).isEqualTo(JOBS);
        assertThat(database.number("select count(*) from runs where failure_reason is not null"))
                .isZero();
    }

    /** What is written ahead has none: PostgreSQL ends, as often as it is started, until there is room again. */
    @Test
    void whatAPostgresThatEndsOfItHadLetGoIsSentOnceMoreAtMost() throws Exception {
        OwnPostgres made = open.add(OwnPostgres.make(Map.of(), "max_wal_size=32MB", "wal_recycle=off"));
        OwnPostgres database = open.add(made.movedTo(mounted));
        database.start();
        List<Long> held = holdJobs(database);

        fill();
        released.countDown();
        await().atMost(SOON).until(() -> {
            push("/refused");
            return !database.isRunning() || server.api().get("/api/health").statusCode() == 503;
        });
        await().atMost(SOON).until(() -> !server.isHealthy());
        awaitRefused();

        empty();
        if (database.isRunning()) {
            database.stop();
        }
        database.start();
        awaitGoesOn(database, held);
        assertThat(receiver.count("/held")).isBetween(JOBS, 2 * JOBS);
    }

    private List<Long> holdJobs(OwnPostgres database) throws Exception {
        Path directory = Files.createDirectories(Path.of("target", "servers").toAbsolutePath());
        server = open.add(ServerProcess.start(Files.createTempDirectory(directory, "full"), database.settings()));
        HttpResponse<String> answer = push("/held", JOBS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        await().atMost(SOON).until(() -> receiver.count("/held") == JOBS);
        List<Long> held = new ArrayList<>();
        Api.json(answer).get("jobs").forEach(job -> held.add(job.get("job_id").asLong()));
        return held;
    }

    private void awaitRefused() {
        await().atMost(SOON).until(() -> push("/refused").statusCode() == 503);
        HttpResponse<String> answer = push("/refused");
        assertThat(answer.statusCode()).as(answer.body()).isIn(201, 503);
    }

    private void awaitGoesOn(OwnPostgres database, List<Long> held) throws SQLException {
        await().atMost(SOON).until(() -> push("/afterwards").statusCode() == 201);
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> database.number("select count(*) from jobs where status <> 'completed'") == 0);
        await().atMost(SOON).until(server::isHealthy);
        assertThat(database.number("select count(*) from runs where failure_reason is null"))
                .isEqualTo(database.number("select count(*) from jobs"));
        assertThat(database.number("select count(*) from jobs where id between " + held.get(0) + " and "
                        + held.get(JOBS - 1) + " and final_status = 'success'"))
                .isEqualTo(JOBS);
        assertThat(database.number("select count(*) from qrtz_fired_one_shots")).isZero();
    }

    private HttpResponse<String> push(String path) {
        return push(path, 1);
    }

    private HttpResponse<String> push(String path, int count) {
        String payload = "x".repeat(2_000);
        return server.api()
                .post(
                        "/api/jobs/batch",
                        IntStream.range(0, count)
                                .mapToObj(i -> "{\"queue\": \"q\", \"url\": \"" + receiver.url(path)
                                        + "\", \"payload\": {\"x\": \"" + payload + "\"}}")
                                .collect(Collectors.joining(", ", "{\"jobs\": [", "]}")));
    }

    private void fill() throws IOException {
        byte[] block = new byte[65_536];
        try (OutputStream ballast = Files.newOutputStream(mounted.resolve("ballast"))) {
            for (int i = 0; i < MEGABYTES * 16; i++) {
                ballast.write(block);
            }
        } catch (IOException e) {
            // It is full.
            return;
        }
        throw new AssertionError("the file system did not fill up");
    }

    private void empty() throws IOException {
        Files.delete(mounted.resolve("ballast"));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        assertThat(exit).as(String.join(" ", command)).isZero();
    }
}
