package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server with more to send at the same time than it may have sockets open. */
class FewFilesIT {
    private static final int JOBS = 400;
    private static final int FILES = 128;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final CountDownLatch released = new CountDownLatch(1);
    private final TestDatabase database = TestDatabase.fresh();
    private RecordingReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
    }

    @AfterEach
    void stop() {
        released.countDown();
        receiver.close();
        database.close();
    }

    @Test
    void whatCannotBeTriedForWantOfFilesIsPutBackAndSentOnce() throws IOException, SQLException {
        receiver.script("/held", RecordingReceiver.held(released));
        try (ServerProcess server = server()) {
            push(server, "\"url\": \"" + receiver.url("/held") + "\"");
            await().atMost(SOON).until(() -> putBack(server, "Job ") > 0);
            released.countDown();

            await().atMost(SOON).until(() -> count("jobs where status = 'completed'") == JOBS);
            assertThat(count("jobs where status = 'failed'")).isZero();
            assertThat(count("runs")).isEqualTo(JOBS);
            assertThat(receiver.count("/held")).isEqualTo(JOBS);
            assertThat(putBack(server, "")).as("lines about hundreds of jobs").isLessThan(20);
        }
    }

    @Test
    void aCallbackThatCannotBeTriedForWantOfFilesIsPutBackAndSentOnce() throws IOException, SQLException {
        receiver.script("/reported", RecordingReceiver.held(released));
        try (ServerProcess server = server()) {
            push(
                    server,
                    "\"url\": \"" + receiver.url("/done") + "\", \"callback_url\": \"" + receiver.url("/reported")
                            + "\"");
            // Whichever is named in the line that comes every five seconds: they share what there is.
            await().atMost(SOON).until(() -> putBack(server, "") > 0);
            released.countDown();

            await().atMost(SOON).until(() -> count("callbacks where status = 'delivered'") == JOBS);
            assertThat(count("callbacks where attempts > 1")).isZero();
            assertThat(count("jobs where status = 'completed'")).isEqualTo(JOBS);
            assertThat(receiver.count("/reported")).isEqualTo(JOBS);
        }
    }

    /** Sockets that nobody accepts cost the server nothing, so its database and its health stay within reach. */
    @Test
    void callersWhoHoldAllConnectionsThatTheyMayHaveLeaveFilesForTheRest() throws IOException {
        List<SocketChannel> flood = new ArrayList<>();
        try (ServerProcess server =
                ServerProcess.startWithFiles(400, ServerProcess.directory("node"), database.settings())) {
            for (int i = 0; i < 500; i++) {
                SocketChannel client = SocketChannel.open();
                client.configureBlocking(false);
                client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
                flood.add(client);
            }

            await().atMost(SOON).until(() -> server.log().contains("All 50 connections that the API may have"));
            assertThat(healthcheck(server)).isEqualTo(200);
            for (SocketChannel client : flood) {
                client.close();
            }
            await().atMost(SOON).until(() -> server.api().get("/api/health").statusCode() == 200);
            assertThat(server.log()).doesNotContain("Accept Failure").doesNotContain("Too many open files");
        }
    }

    private static int healthcheck(ServerProcess server) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + server.adminPort() + "/healthcheck");
        return ((HttpURLConnection) uri.toURL().openConnection()).getResponseCode();
    }

    private ServerProcess server() throws IOException {
        return ServerProcess.startWithFiles(FILES, ServerProcess.directory("node"), database.settings());
    }

    private static long putBack(ServerProcess server, String what) throws IOException {
        return server.log()
                .lines()
                .filter(line -> line.contains(what) && line.contains("no file descriptor left"))
                .count();
    }

    private void push(ServerProcess server, String job) {
        server.api()
                .pushAll(IntStream.range(0, JOBS)
                        .mapToObj(i -> "{\"queue\": \"q" + i % 2 + "\", \"retry_delays\": [], " + job + "}")
                        .toList());
    }

    private long count(String rows) throws SQLException {
        return database.number("select count(*) from " + rows);
    }
}
