package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.testing.ConfigOverride;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** {@code GET /api/overview/live}: how snapshots come by themselves, and how they end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FollowedOverviewIT {
    private static final String LIVE = "/api/overview/live";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ServerInside server;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        server = new ServerInside(ConfigOverride.config("failedAuthenticationsPerMinute", "0"));
        api = new Api(server.port(), ServerProcess.TOKEN);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void theFirstComesAtOnceAndNewerOnesFollow() throws Exception {
        // Of a team that nobody has looked at yet.
        Api api = server.apiOfTeam("seen");
        api.push("{\"queue\": \"seen\", \"url\": \"http://example.com/\", \"delay\": 86400}");
        try (Following following = follow(api.request(LIVE))) {
            JsonNode first = following.next();
            JsonNode second = following.next();

            assertThat(first.at("/queues/0/name").asText()).isEqualTo("seen");
            assertThat(time(second)).isAfter(time(first));
            assertThat(second.fieldNames()).toIterable().containsExactlyElementsOf(fieldsOf(overview()));
        }
    }

    @Test
    void whatIsPackedForAllIsOneStreamToEachOfThem() throws Exception {
        HttpRequest.Builder packed = api.request(LIVE, "Accept-Encoding", "gzip");
        try (Following early = follow(packed)) {
            early.next();
            try (Following late = follow(packed)) {
                assertThat(late.headers.firstValue("Content-Encoding")).contains("gzip");
                late.next();
                JsonNode seenLate = late.next();
                JsonNode seenEarly = early.next();
                while (time(seenEarly).isBefore(time(seenLate))) {
                    seenEarly = early.next();
                }

                assertThat(seenEarly).isEqualTo(seenLate);
            }
        }
    }

    @Test
    void aSessionThatEndsEndsWhatItFollows() throws Exception {
        Browser browser = new Browser(server.port());
        browser.signIn(ServerProcess.TOKEN);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri()).header("Cookie", browser.cookie()).header("Accept-Encoding", "gzip");
        try (Following following = follow(request)) {
            following.next();
            assertThat(following.headers.firstValue("Cache-Control").orElseThrow())
                    .contains("no-store");

            browser.delete("/api/session");

            // Read to its end, at which what was packed is complete.
            following.readToTheEnd();
        }
        assertThat(client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTokenThatIsRevokedEndsWhatItFollows() throws Exception {
        JsonNode made = Api.json(api.post("/api/tokens", "{\"name\": \"short\", \"scopes\": [\"queues:read\"]}"));
        Api another = new Api(server.port(), made.get("token").asText());
        try (Following following = follow(another.request(LIVE))) {
            assertThat(following.next().get("last_failures")).isEmpty();

            api.delete("/api/tokens/" + made.get("id").asLong());

            following.readToTheEnd();
        }
    }

    /** Its session is one still, and of a token that is none. */
    @Test
    void aSessionWhoseTokenIsRevokedEndsWhatItFollows() throws Exception {
        JsonNode made = Api.json(api.post("/api/tokens", "{\"name\": \"lent\", \"scopes\": [\"queues:read\"]}"));
        Browser browser = new Browser(server.port());
        browser.signIn(made.get("token").asText());
        try (Following following = follow(HttpRequest.newBuilder(uri()).header("Cookie", browser.cookie()))) {
            following.next();
            api.delete("/api/tokens/" + made.get("id").asLong());
            following.readToTheEnd();
        }
    }

    /** They are sent in one round, one after the other. */
    @Test
    void eachTeamIsSentItsOwnSnapshotsAndNoOthers() throws Exception {
        List<Api> teams = List.of(server.apiOfTeam("left"), server.apiOfTeam("right"));
        List<Following> followings = new ArrayList<>();
        try {
            for (Api team : teams) {
                team.createQueue("{\"name\": \"of-" + teams.indexOf(team) + "\"}");
                followings.add(follow(team.request(LIVE)));
            }
            for (int i = 0; i < 3; i++) {
                for (Following one : followings) {
                    assertThat(one.next().get("queues").findValuesAsText("name"))
                            .containsExactly("of-" + followings.indexOf(one));
                }
            }
        } finally {
            for (Following one : followings) {
                one.close();
            }
        }
    }

    /** As many as docs/api.md says. */
    @Test
    void fiveHundredFollowAtATimeAndWhoGoesLeavesHisPlaceToAnother() throws Exception {
        await().untilAsserted(() ->
                assertThat(server.gauge("posthaste.overview.viewers")).isEqualTo(0));
        List<Socket> followers = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                followers.add(new Socket("127.0.0.1", server.port()));
                assertThat(statusOf(followers.get(i))).contains(" 200 ");
            }
            HttpResponse<String> refused = api.get(LIVE);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("GET /api/overview");

            followers.get(7).close();

            await().untilAsserted(() -> {
                try (Socket next = new Socket("127.0.0.1", server.port())) {
                    assertThat(statusOf(next)).contains(" 200 ");
                }
            });
        } finally {
            for (Socket follower : followers) {
                follower.close();
            }
        }
    }

    /** Of a call to follow, at once; no more is read. */
    private static String statusOf(Socket follower) throws IOException {
        follower.getOutputStream()
                .write(("GET " + LIVE + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + ServerProcess.TOKEN
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        return new BufferedReader(new InputStreamReader(follower.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    @Test
    void whoMayNotSeeQueuesFollowsNothing() {
        JsonNode made = Api.json(api.post("/api/tokens", "{\"name\": \"jobs\", \"scopes\": [\"jobs:read\"]}"));
        Api another = new Api(server.port(), made.get("token").asText());

        assertThat(another.get(LIVE).statusCode()).isEqualTo(403);
        assertThat(another.send(another.request(LIVE, "Accept", "text/event-stream")
                                .GET())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aHeadIsAnsweredAndFollowsNothing() {
        HttpResponse<String> answer = api.send(api.request(LIVE).method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
    }

    /** Each of them has its own connection, and takes nothing; those who take are sent theirs in time. */
    @Test
    void whoTakesNothingKeepsNobodyFromFollowing() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(1_024);
                socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
                socket.getOutputStream()
                        .write(("GET " + LIVE + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                        + ServerProcess.TOKEN + "\r\n\r\n")
                                .getBytes(StandardCharsets.UTF_8));
                silent.add(socket);
            }
            try (Following following = follow(api.request(LIVE))) {
                OffsetDateTime begun = time(following.next());
                OffsetDateTime now = begun;
                while (Duration.between(begun, now).toSeconds() < 6) {
                    now = time(following.next());
                }
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** Nor for who has followed, and gone without a word: closing it fails where Jetty waits in vain. */
    @Test
    void aServerThatStopsWaitsForNobodyWhoFollows() throws Exception {
        ServerInside another = ServerInside.beside(server);
        HttpRequest.Builder request = new Api(another.port(), ServerProcess.TOKEN).request(LIVE);
        try (Following gone = follow(request)) {
            gone.next();
        }
        await().untilAsserted(() ->
                assertThat(another.gauge("posthaste.overview.viewers")).isEqualTo(0));
        boolean isClosed = false;
        try (Following following = follow(request)) {
            following.next();
            long begun = System.nanoTime();

            another.close();
            isClosed = true;

            following.readToTheEnd();
            // Jetty waits for calls as long as the whole stop may take, 30 s.
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        } finally {
            if (!isClosed) {
                another.close();
            }
        }
    }

    @Test
    void whoHasGoneIsForgotten() throws Exception {
        Following following = follow(api.request(LIVE));
        following.next();

        following.close();

        await().untilAsserted(() ->
                assertThat(server.gauge("posthaste.overview.viewers")).isEqualTo(0));
    }

    @Test
    void ofATeamThatCannotBeReadOnlyItsOwnViewersEnd() throws Exception {
        Api broken = server.apiOfTeam("broken");
        long id = broken.push("{\"queue\": \"q\", \"url\": \"http://example.com/\", \"delay\": 86400}");
        String itsQueue = "(select queue_id from jobs where id = " + id + ")";
        try (Following well = follow(api.request(LIVE));
                Following ill = follow(broken.request(LIVE))) {
            well.next();
            ill.next();

            // More than a number has room for, in one sum.
            server.database()
                    .execute("insert into queue_counts (queue_id, shard, pending, completed, failed,"
                            + " dead_lettered) select " + itsQueue + ", s, 9000000000000000000, 0, 0, 0"
                            + " from generate_series(1000, 1001) s");

            ill.readToTheEnd();
            OffsetDateTime then = time(well.next());
            assertThat(time(well.next())).isAfter(then);
        }
    }

    private JsonNode overview() {
        return Api.json(api.get("/api/overview"));
    }

    private static List<String> fieldsOf(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static OffsetDateTime time(JsonNode snapshot) {
        return OffsetDateTime.parse(snapshot.get("at").asText());
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.port() + LIVE);
    }

    private Following follow(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
        boolean isPacked = answer.headers().firstValue("Content-Encoding").isPresent();
        return new Following(answer.headers(), isPacked ? unpacked(answer.body()) : answer.body());
    }

    private static InputStream unpacked(InputStream packed) throws IOException {
        return new GZIPInputStream(packed) {
            /** It says one until the end, and a reader waits for as much as it has room for. */
            @Override
            public int available() {
                return 0;
            }
        };
    }

    private static final class Following implements AutoCloseable {
        /** Of twenty events, two seconds from one to the next. */
        private static final int MOST_LINES = 40;

        private final HttpHeaders headers;
        private final BufferedReader lines;

        Following(HttpHeaders headers, InputStream body) {
            this.headers = headers;
            this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        JsonNode next() throws IOException {
            String line = lines.readLine();
            assertThat(line).startsWith("data: ");
            assertThat(lines.readLine()).isEmpty();
            return JSON.readTree(line.substring("data: ".length()));
        }

        /** It comes behind a few more at most: what goes on for ever is told so, because reading is not interrupted. */
        void readToTheEnd() throws IOException {
            for (int i = 0; i < MOST_LINES; i++) {
                if (lines.readLine() == null) {
                    return;
                }
            }
            throw new AssertionError("it goes on");
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
