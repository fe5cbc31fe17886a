package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** This build and those after it on one database: the next expands the schema, and the one after it contracts. */
class UpgradeIT {
    private static final Duration SOON = Duration.ofSeconds(90);

    private static final String EXPANDING = """
            --changeset posthaste:9001-note
            alter table jobs add column note text;
            create table notes (id bigint primary key);
            """;

    private static final String CONTRACTING = """
            --changeset posthaste:9002-notes labels:needs-9001
            drop table notes;
            """;

    private static Path next;
    private static Path afterNext;

    private final TestDatabase database = TestDatabase.fresh();
    private final List<ServerProcess> nodes = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(3);
    private final Queue<Long> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicLong keys = new AtomicLong();
    private RecordingReceiver receiver;

    @BeforeAll
    static void build() throws IOException {
        Path ours = Path.of(ServerProcess.jar());
        next = NextBuild.make(ours, "next", Map.of("9001-note", EXPANDING));
        afterNext = NextBuild.make(next, "after-next", Map.of("9002-notes", CONTRACTING));
    }

    @AfterAll
    static void remove() throws IOException {
        for (Path jar : List.of(next, afterNext)) {
            Files.delete(jar);
        }
    }

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.script("/work", (exchange, count) -> {
            TimeUnit.MILLISECONDS.sleep(count % 5 * 50L);
            exchange.sendResponseHeaders(200, -1);
        });
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
        nodes.forEach(ServerProcess::close);
        receiver.close();
        database.close();
    }

    @Test
    void nodesAreReplacedByTheNextBuildOneAfterTheOtherAndNothingIsLostOrDoubled() throws Exception {
        ServerProcess first = add(ours());
        ServerProcess second = add(ours());
        Future<?> pushing = pushSteadily();
        awaitMore(40);

        ServerProcess third = add(ServerProcess.startJar(next, directory(), database.settings()));
        assertThat(database.number("select level from posthaste_schema")).isEqualTo(9001);
        String fingerprint = fingerprint();
        awaitMore(40);
        end(first);
        ServerProcess again = add(ours());
        assertThat(again.log()).contains("A newer build has changed the database's schema (9001-note)");
        assertThat(fingerprint()).isEqualTo(fingerprint);
        awaitMore(40);
        end(again);
        add(ServerProcess.startJar(next, directory(), database.settings()));
        end(second);
        awaitMore(40);
        pushing.cancel(false);
        clients.shutdown();
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        await().atMost(SOON).until(() -> database.number("select count(*) from jobs where status <> 'completed'") == 0);
        assertThat(complaints).isEmpty();
        assertThat(receiver.timesSent("/work").keySet()).containsExactlyInAnyOrderElementsOf(accepted);
        assertThat(receiver.timesSent("/work"))
                .allSatisfy((job, times) -> assertThat(times).isOne());
        assertThat(database.number("select count(*) from runs")).isEqualTo(accepted.size());
        assertThat(third.isHealthy()).isTrue();
    }

    @Test
    void aBuildThatContractsWaitsForThoseThatCouldNotBearIt() throws Exception {
        ServerProcess old = add(ours());
        ServerProcess willing = add(ServerProcess.startJar(next, directory(), database.settings()));

        ServerProcess refused = ServerProcess.startUnreadyJar(afterNext, directory(), database.settings());
        await().atMost(SOON).until(() -> !refused.isAlive());
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.log())
                .containsPattern("Nodes of an older build are at work on this database: " + old.pid()
                        + "-\\S+ \\(version [^)]+, level \\d+\\)\\. They could not go on after this build's migrations"
                        + " \\(9002-notes\\)")
                .doesNotContain(willing.pid() + "-", "	at ");
        assertThat(old.api().push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/old") + "\"}"))
                .isPositive();
        await().atMost(SOON).until(() -> receiver.count("/old") == 1);
        assertThat(database.number("select oldest_build from posthaste_schema")).isLessThan(9001);

        end(old);
        add(ServerProcess.startJar(afterNext, directory(), database.settings()));

        assertThat(willing.isHealthy()).isTrue();
        ServerProcess late = ServerProcess.startUnready(directory(), database.settings());
        await().atMost(SOON).until(() -> !late.isAlive());
        assertThat(late.exitCode()).isNotZero();
        assertThat(late.log())
                .contains(
                        "A newer build has changed the schema of the database (9001-note, 9002-notes)",
                        "takes level 9001")
                .doesNotContain("	at ");
    }

    /** It was suspended for longer than its lease, and taken for dead. */
    @Test
    void aNodeUnderWhichTheSchemaHasContractedEndsAndSendsNothing() throws Exception {
        ServerProcess frozen = add(ours());
        frozen.signal("STOP");
        try {
            ServerProcess newer = add(ServerProcess.startJar(afterNext, directory(), database.settings()));
            newer.api().push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/later") + "\", \"delay\": 86400}");
        } finally {
            frozen.signal("CONT");
        }

        await().atMost(SOON).until(() -> !frozen.isAlive());

        assertThat(frozen.exitCode()).isEqualTo(70);
        assertThat(frozen.log()).contains("takes builds of level 9001 and above from now on", "This node ends");
        assertThat(database.number(
                        "select count(*) from qrtz_scheduler_state where instance_name like '" + frozen.pid() + "-%'"))
                .isZero();
    }

    private ServerProcess ours() throws IOException {
        return ServerProcess.start(directory(), database.settings());
    }

    private static Path directory() throws IOException {
        return ServerProcess.directory("upgrade");
    }

    private ServerProcess add(ServerProcess node) {
        nodes.add(0, node);
        return node;
    }

    private void end(ServerProcess node) {
        nodes.remove(node);
        node.close();
    }

    private void awaitMore(int jobs) {
        int before = accepted.size();
        await().atMost(SOON).until(() -> accepted.size() >= before + jobs);
    }

    private Future<?> pushSteadily() {
        return clients.scheduleAtFixedRate(this::push, 0, 50, TimeUnit.MILLISECONDS);
    }

    /** At whichever node answers; a call that broke off is repeated under its key. */
    private void push() {
        String key = "upgrade-" + keys.incrementAndGet();
        String job = "{\"queue\": \"q" + keys.get() % 3 + "\", \"url\": \"" + receiver.url("/work") + "\"}";
        for (int i = 0; i < 50; i++) {
            List<ServerProcess> up = new ArrayList<>(nodes);
            ServerProcess node = up.get(i % up.size());
            try {
                HttpResponse<String> answer = node.api().post("/api/jobs", job, "Idempotency-Key", key);
                if (answer.statusCode() == 201) {
                    accepted.add(Api.json(answer).get("job_id").asLong());
                    return;
                }
                if (answer.statusCode() != 503) {
                    complaints.add(answer.statusCode() + " " + answer.body());
                    return;
                }
            } catch (UncheckedIOException e) {
                // It is stopping: another one is asked.
            }
        }
        complaints.add("nobody answers");
    }

    private String fingerprint() throws Exception {
        return database.text("select obj_description('posthaste_changelog'::regclass, 'pg_class')");
    }
}
