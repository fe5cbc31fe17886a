package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.audit.Actor;
import dev.posthaste.ops.EndedSessions;
import dev.posthaste.teams.LoginLinks;
import dev.posthaste.teams.SessionDao;
import dev.posthaste.teams.SessionSecret;
import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in to a cookie, what that lets in to, and how it ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionsIT {
    private static final String JOB = "{\"queue\": \"q\", \"url\": \"http://example.com/\", \"delay\": 86400}";
    private static final String ENDED = "{\"error\":\"The session has ended. Sign in again.\"}";

    private ServerInside server;
    private ServerInside other;
    private Api api;
    private Browser browser;

    @BeforeAll
    void start() throws Exception {
        server = new ServerInside(
                ConfigOverride.config("server.applicationConnectors[0].useForwardedHeaders", "true"),
                ConfigOverride.config("failedAuthenticationsPerMinute", "0"));
        other = ServerInside.beside(server, ConfigOverride.config("failedAuthenticationsPerMinute", "0"));
        api = new Api(server.port(), ServerProcess.TOKEN);
    }

    @BeforeEach
    void openABrowser() throws Exception {
        server.database().execute("delete from sessions");
        browser = new Browser(server.port());
    }

    @AfterAll
    void stop() {
        other.close();
        server.close();
    }

    @Test
    void aTokenBecomesACookieThatNoScriptReadsAndNoOtherSiteSends() throws Exception {
        HttpResponse<String> answer = browser.signIn(ServerProcess.TOKEN);

        assertThat(answer.statusCode()).isEqualTo(201);
        Instant end = OffsetDateTime.parse(Api.json(answer).get("expires_at").asText())
                .toInstant();
        assertThat(Duration.between(Instant.now(), end)).isBetween(Duration.ofHours(11), Duration.ofHours(13));
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.headers().allValues("Set-Cookie")).hasSize(1);
        // No path: below whatever prefix, it is sent to the API and to nothing beside it.
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
                .matches("posthaste_session_[0-9a-f]{8}=[\\w-]{43}; Max-Age=43(200|199); HttpOnly; SameSite=Strict");
        assertThat(Api.json(browser.get("/api/me")).get("name").asText()).isEqualTo("POSTHASTE_API_TOKEN");
    }

    /** Cookies know no ports: another server of the host may set one that only half of a quote begins. */
    @Test
    void aCookieOfAnotherServerDoesNotEndTheSession() {
        browser.signIn(ServerProcess.TOKEN);

        assertThat(new Browser(server.port())
                        .send("GET", "/api/me", "", "Cookie", "theirs=\"half; " + browser.cookie())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void overHttpsTheCookieIsForHttpsOnly() {
        HttpResponse<String> answer = browser.send(
                "POST", "/api/session", "{\"token\": \"" + ServerProcess.TOKEN + "\"}", "X-Forwarded-Proto", "https");

        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
                .matches("__Secure-posthaste_session_[0-9a-f]{8}=.*; Secure");
    }

    /** A browser lets no answer over http replace a cookie that is secure, so that one of the same name would shut him out. */
    @Test
    void whoSignsInOverHttpAndOverHttpsHasTwoCookiesAndEachCountsThereOnly() {
        HttpResponse<String> secure = browser.send(
                "POST",
                "/api/session",
                "{\"token\": \"" + make("reader", "jobs:read") + "\"}",
                "X-Forwarded-Proto",
                "https");
        String overHttps = pairOf(secure);
        browser.signIn(ServerProcess.TOKEN);
        String overHttp = browser.cookie();
        Browser both = new Browser(server.port());
        String cookies = overHttps + "; " + overHttp;

        assertThat(nameOf(overHttps)).isNotEqualTo(nameOf(overHttp));
        assertThat(Api.json(both.send("GET", "/api/me", "", "Cookie", cookies))
                        .get("name")
                        .asText())
                .isEqualTo("POSTHASTE_API_TOKEN");
        assertThat(Api.json(both.send("GET", "/api/me", "", "Cookie", cookies, "X-Forwarded-Proto", "https"))
                        .get("name")
                        .asText())
                .isEqualTo("reader");
        assertThat(both.send("GET", "/api/me", "", "Cookie", overHttps).statusCode())
                .isEqualTo(401);
    }

    /** Over https a browser sends both cookies: who signs out there is signed out. */
    @Test
    void signingOutOverHttpsEndsWhatWasBegunOverHttpAsWell() {
        String overHttps = pairOf(browser.send(
                "POST", "/api/session", "{\"token\": \"" + ServerProcess.TOKEN + "\"}", "X-Forwarded-Proto", "https"));
        browser.signIn(ServerProcess.TOKEN);
        String overHttp = browser.cookie();
        Browser both = new Browser(server.port());

        HttpResponse<String> answer = both.send(
                "DELETE",
                "/api/session",
                "",
                "Cookie",
                overHttps + "; " + overHttp,
                "X-Forwarded-Proto",
                "https",
                "Sec-Fetch-Site",
                "same-origin");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().allValues("Set-Cookie")).hasSize(2).allMatch(one -> one.contains("=; Max-Age=0; "));
        assertThat(browser.get("/api/me").statusCode()).isEqualTo(401);
    }

    @Test
    void allNodesCallTheirCookieTheSame() throws Exception {
        browser.signIn(ServerProcess.TOKEN);
        Browser elsewhere = new Browser(other.port());
        elsewhere.signIn(ServerProcess.TOKEN);

        assertThat(nameOf(elsewhere.cookie())).isEqualTo(nameOf(browser.cookie()));
    }

    @Test
    void ofTheCookieNothingIsKeptThatLetsIn() throws Exception {
        browser.signIn(ServerProcess.TOKEN);
        String value = browser.cookie().substring(browser.cookie().indexOf('=') + 1);

        assertThat(server.database().number("select count(*) from sessions where sha256 = sha256('" + value + "')"))
                .isOne();
        assertThat(server.database().number("select count(*) from sessions s where s::text like '%" + value + "%'"))
                .isZero();
    }

    @Test
    void aSessionMayDoWhatItsTokenMayAndNoMore() {
        String token = make("reader", "jobs:read");
        browser.signIn(token);

        assertThat(browser.get("/api/jobs").statusCode()).isEqualTo(200);
        assertThat(browser.post("/api/jobs", JOB).body())
                .isEqualTo("{\"error\":\"The token lacks the scope jobs:write.\"}");
        assertThat(Api.json(browser.get("/api/me")).get("scopes").toString()).isEqualTo("[\"jobs:read\"]");
    }

    @Test
    void aJobIsPushedByACookieAsByAToken() {
        browser.signIn(ServerProcess.TOKEN);

        HttpResponse<String> pushed = browser.post("/api/jobs", JOB);

        assertThat(pushed.statusCode()).isEqualTo(201);
        assertThat(browser.get("/api/jobs/" + Api.json(pushed).get("job_id")).statusCode())
                .isEqualTo(200);
        assertThat(browser.post("/api/jobs/batch", "{\"jobs\": [" + JOB + "]}").statusCode())
                .isEqualTo(201);
    }

    @Test
    void aSessionEndsWithItsTokenAtOnceOnEveryNode() throws Exception {
        JsonNode made =
                Api.json(api.post("/api/tokens", "{\"name\": \"a\", \"scopes\": [\"jobs:write\", \"jobs:read\"]}"));
        browser.signIn(made.get("token").asText());
        Browser elsewhere = browser.on(other.port());
        assertThat(elsewhere.post("/api/jobs", JOB).statusCode()).isEqualTo(201);

        api.delete("/api/tokens/" + made.get("id"));

        assertThat(elsewhere.get("/api/jobs").statusCode()).isEqualTo(401);
        assertThat(elsewhere.get("/api/jobs").body()).isEqualTo(ENDED);
        assertThat(elsewhere.post("/api/jobs", JOB).statusCode()).isEqualTo(401);
        assertThat(browser.post("/api/jobs", JOB).statusCode()).isEqualTo(401);
    }

    @Test
    void aSessionOfATokenThatExpiresEndsNoLater() throws Exception {
        String end = Instant.now()
                .plusSeconds(3_600)
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                .toString();
        String token = Api.json(api.post(
                        "/api/tokens",
                        "{\"name\": \"ending\", \"scopes\": [\"jobs:read\"], \"expires_at\": \"" + end + "\"}"))
                .get("token")
                .asText();

        HttpResponse<String> answer = browser.signIn(token);

        assertThat(Api.json(answer).get("expires_at").asText()).isEqualTo(end.replace("Z", "+00:00"));
        server.database().execute("update api_tokens set expires_at = now() where name = 'ending'");
        assertThat(browser.get("/api/jobs").body()).isEqualTo(ENDED);
    }

    @Test
    void afterTwelveHoursTheCookieLetsInNoMore() throws Exception {
        browser.signIn(ServerProcess.TOKEN);
        server.database().execute("update sessions set expires_at = clock_timestamp()");

        assertThat(browser.get("/api/me").statusCode()).isEqualTo(401);
        assertThat(browser.get("/api/me").body()).isEqualTo(ENDED);
        assertThat(browser.get("/api/me").headers().firstValue("WWW-Authenticate"))
                .contains("Bearer");
    }

    @Test
    void whoSignsOutIsOutOnEveryNodeAndHisBrowserForgetsTheCookie() throws Exception {
        browser.signIn(ServerProcess.TOKEN);
        Browser second = new Browser(server.port());
        second.signIn(ServerProcess.TOKEN);

        HttpResponse<String> answer = browser.on(other.port()).delete("/api/session");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
                .matches("posthaste_session_[0-9a-f]{8}=; Max-Age=0; HttpOnly; SameSite=Strict");
        assertThat(browser.get("/api/me").statusCode()).isEqualTo(401);
        assertThat(second.get("/api/me").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "none", "", "x"})
    void nothingIsChangedByACookieFromAnotherPage(String site) {
        browser.signIn(ServerProcess.TOKEN);
        String before = api.get("/api/jobs").body();
        String[] headers = site.isEmpty() ? new String[0] : new String[] {"Sec-Fetch-Site", site};

        for (String method : new String[] {"PATCH", "DELETE"}) {
            HttpResponse<String> answer = browser.send(method, "/api/queues/1", "{}", headers);
            assertThat(answer.statusCode()).as(method).isEqualTo(403);
            assertThat(answer.body()).contains("Sec-Fetch-Site: same-origin");
        }
        assertThat(browser.send("POST", "/api/jobs", JOB, headers).statusCode()).isEqualTo(403);
        assertThat(browser.send("DELETE", "/api/session", "", headers).statusCode())
                .isEqualTo(403);
        assertThat(browser.get("/api/jobs").body()).isEqualTo(before);
    }

    /** A page that came by plain http from another machine: its browser does not say of which site a call is. */
    @Test
    void withoutSecFetchSiteTheOriginHasToBeTheHostThatIsCalled() {
        browser.signIn(ServerProcess.TOKEN);
        String own = "127.0.0.1:" + server.port();

        assertThat(browser.send("POST", "/api/jobs", JOB, "Origin", "http://" + own)
                        .statusCode())
                .isEqualTo(201);
        for (String origin : new String[] {
            "http://evil.example",
            "null",
            "http://" + own + ".evil.example",
            "http://127.0.0.1",
            "",
            own,
            "http://evil.example/" + own
        }) {
            assertThat(browser.send("POST", "/api/jobs", JOB, "Origin", origin).statusCode())
                    .as(origin)
                    .isEqualTo(403);
        }
        assertThat(browser.send("POST", "/api/jobs", JOB, "Origin", "http://" + own, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void anotherSiteReadsNothingByACookieAndATypedAddressDoes() {
        browser.signIn(ServerProcess.TOKEN);

        assertThat(browser.send("GET", "/api/jobs", "", "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.send("HEAD", "/api/jobs", "", "Sec-Fetch-Site", "Cross-Site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.send("GET", "/api/jobs", "", "Sec-Fetch-Site", "none")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aTokenGoesBeforeACookieWhicheverIsWrong() {
        browser.signIn(ServerProcess.TOKEN);

        assertThat(browser.send(
                                "POST",
                                "/api/jobs",
                                JOB,
                                "Authorization",
                                "Bearer " + ServerProcess.TOKEN,
                                "Sec-Fetch-Site",
                                "cross-site")
                        .statusCode())
                .isEqualTo(201);
        assertThat(browser.send("GET", "/api/jobs", "", "Authorization", "Bearer wrong-token-0123456789")
                        .statusCode())
                .isEqualTo(401);
        assertThat(browser.send("GET", "/api/jobs", "", "Authorization", "Basic YTpi")
                        .body())
                .isEqualTo("{\"error\":\"Missing authorization token\"}");
    }

    @Test
    void noOtherSiteSignsItsVisitorIn() {
        String body = "{\"token\": \"" + ServerProcess.TOKEN + "\"}";

        for (String[] headers : new String[][] {
            {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "http://evil.example"}
        }) {
            HttpResponse<String> answer = browser.send("POST", "/api/session", body, headers);
            assertThat(answer.statusCode()).as(headers[1]).isEqualTo(403);
            assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        }
        assertThat(browser.send("POST", "/api/session", body).statusCode())
                .as("a client that is no browser")
                .isEqualTo(201);
    }

    @Test
    void whoGuessesTokensCookiesAndLinksIsSlowedDownAndWhoIsSignedInGoesOn() throws Exception {
        try (ServerInside strict =
                ServerInside.beside(server, ConfigOverride.config("failedAuthenticationsPerMinute", "3"))) {
            Browser known = new Browser(strict.port());
            known.signIn(ServerProcess.TOKEN);
            known.get("/api/me");
            Browser ended = new Browser(strict.port());
            ended.signIn(ServerProcess.TOKEN);
            server.database()
                    .execute("update sessions set expires_at = clock_timestamp()"
                            + " where created_at = (select max(created_at) from sessions)");
            // A tab that was left open asks again and again, and is no guess.
            for (int i = 0; i < 10; i++) {
                assertThat(ended.get("/api/me").body()).isEqualTo(ENDED);
            }
            Browser guessing = new Browser(strict.port());

            assertThat(guessing.signIn("wrong-token-0123456789").body())
                    .isEqualTo("{\"error\":\"Invalid authorization token\"}");
            assertThat(guessing.signInByLink("x".repeat(43)).statusCode()).isEqualTo(401);
            assertThat(guessing.send("GET", "/api/me", "", "Cookie", nameOf(known.cookie()) + "=" + "y".repeat(43))
                            .statusCode())
                    .isEqualTo(401);

            assertThat(guessing.signIn("wrong-token-0123456789").statusCode()).isEqualTo(429);
            assertThat(guessing.signInByLink("z".repeat(43)).statusCode()).isEqualTo(429);
            assertThat(guessing.send("GET", "/api/me", "", "Cookie", nameOf(known.cookie()) + "=short")
                            .statusCode())
                    .isEqualTo(429);
            assertThat(known.get("/api/me").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void ofOneTokenTheOldestOfTwoHundredSessionsEnds() throws Exception {
        browser.signIn(ServerProcess.TOKEN);
        server.database().execute("update sessions set created_at = created_at - interval '1 hour'");
        server.database().execute("""
                insert into sessions (sha256, token_id, expires_at)
                select sha256(n::text::bytea), t.id, now() + interval '1 hour'
                  from generate_series(1, 199) n, api_tokens t where t.name = 'POSTHASTE_API_TOKEN'
                """);
        assertThat(browser.get("/api/me").statusCode()).isEqualTo(200);
        Browser next = new Browser(server.port());

        next.signIn(ServerProcess.TOKEN);

        assertThat(browser.get("/api/me").body()).isEqualTo(ENDED);
        assertThat(next.get("/api/me").statusCode()).isEqualTo(200);
        assertThat(server.database().number("select count(*) from sessions where expires_at > clock_timestamp()"))
                .isEqualTo(200);
    }

    @Test
    void ofThoseThatHaveEndedNoMoreThanAThousandAreKnown() throws Exception {
        server.database().execute("""
                insert into sessions (sha256, token_id, created_at, expires_at)
                select sha256(n::text::bytea), t.id, now() - interval '1 hour', now() - interval '1 minute'
                  from generate_series(1, 3000) n, api_tokens t where t.name = 'POSTHASTE_API_TOKEN'
                """);

        browser.signIn(ServerProcess.TOKEN);

        assertThat(browser.get("/api/me").statusCode()).isEqualTo(200);
        assertThat(server.database().number("select count(*) from sessions")).isEqualTo(1_200);
    }

    /** Tabs that were left open ask once more, and whoever has signed out is told so and not locked out. */
    @Test
    void aCookieThatWasSignedOutOrPushedOutIsNoGuess() throws Exception {
        try (ServerInside strict =
                ServerInside.beside(server, ConfigOverride.config("failedAuthenticationsPerMinute", "3"))) {
            Browser signedOut = new Browser(strict.port());
            signedOut.signIn(ServerProcess.TOKEN);
            Browser tab = signedOut.on(strict.port());
            Browser pushedOut = new Browser(strict.port());
            pushedOut.signIn(ServerProcess.TOKEN);
            server.database().execute("update sessions set created_at = created_at - interval '1 hour'");
            server.database().execute("""
                    insert into sessions (sha256, token_id, expires_at)
                    select sha256(n::text::bytea), t.id, now() + interval '1 hour'
                      from generate_series(1, 200) n, api_tokens t where t.name = 'POSTHASTE_API_TOKEN'
                    """);

            assertThat(signedOut.delete("/api/session").statusCode()).isEqualTo(204);
            new Browser(strict.port()).signIn(ServerProcess.TOKEN);

            for (int i = 0; i < 10; i++) {
                assertThat(tab.get("/api/me").body()).isEqualTo(ENDED);
                assertThat(pushedOut.get("/api/me").body()).isEqualTo(ENDED);
            }
            assertThat(new Browser(strict.port()).signIn(ServerProcess.TOKEN).statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void whatACookieLetsInToIsKeptByNoCacheAndNoDisk() {
        browser.signIn(ServerProcess.TOKEN);

        for (HttpResponse<String> answer : List.of(
                browser.get("/api/me"),
                browser.get("/api/overview"),
                browser.get("/api/jobs"),
                browser.get("/api/jobs/999999"),
                browser.send("POST", "/api/jobs", JOB, "Sec-Fetch-Site", "cross-site"),
                browser.delete("/api/session"),
                browser.get("/api/me"))) {
            assertThat(answer.headers().allValues("Cache-Control"))
                    .as(answer.request().uri() + " " + answer.statusCode())
                    .containsExactly("private, no-store");
        }
        assertThat(api.get("/api/overview").headers().allValues("Cache-Control"))
                .as("with a token")
                .containsExactly("no-cache");
    }

    @Test
    void aLinkSignsInOnceWhoeverComesWithItOnWhicheverNode() throws Exception {
        String code = link(null);
        int callers = 16;
        CountDownLatch ready = new CountDownLatch(callers);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            Browser one = new Browser(i % 2 == 0 ? server.port() : other.port());
            answers.add(threads.submit(() -> {
                ready.countDown();
                ready.await();
                return one.signInByLink(code).statusCode();
            }));
        }
        threads.shutdown();

        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> answer : answers) {
            statuses.add(answer.get());
        }

        assertThat(statuses).containsOnly(201, 401).containsOnlyOnce(201);
        assertThat(server.database().number("select count(*) from sessions")).isOne();
        assertThat(browser.signInByLink(code).body()).contains("can be used once", "posthaste login-link");
    }

    @Test
    void aLinkIsOfItsTokenLastsTenMinutesAndIsKeptAsADigest() throws Exception {
        make("reader", "jobs:read");
        String code = link("reader");
        assertThat(
                        server.database()
                                .number(
                                        "select count(*) from login_links where sha256 = sha256('" + code + "')"
                                                + " and expires_at between now() + interval '9 minutes' and now() + interval '10 minutes'"))
                .isOne();

        browser.signInByLink(code);

        assertThat(Api.json(browser.get("/api/me")).get("name").asText()).isEqualTo("reader");
        String late = link("reader");
        server.database().execute("update login_links set expires_at = clock_timestamp()");
        assertThat(browser.signInByLink(late).statusCode()).isEqualTo(401);
    }

    @Test
    void aLinkOfATokenThatWasRevokedLetsNobodyIn() throws Exception {
        make("reader", "jobs:read");
        String code = link("reader");
        server.database().execute("update api_tokens set revoked_at = now() where name = 'reader'");

        assertThat(browser.signInByLink(code).statusCode()).isEqualTo(401);
    }

    @Test
    void aLinkIsOfTheTeamThatWasNamed() {
        server.apiOfTeam("linked");

        browser.signInByLink(linkOf("linked", null));

        assertThat(Api.json(browser.get("/api/me")).get("team").asText()).isEqualTo("linked");
    }

    @Test
    void aLinkThatNamesNoTokenIsOfOneThatMayDoEverything() throws Exception {
        server.apiOfTeam("chosen");
        server.database().execute("""
                update api_tokens set name = 'narrow', scopes = '{jobs:read}'
                 where team_id = (select id from teams where name = 'chosen');
                insert into api_tokens (team_id, name, prefix, sha256)
                select id, 'wide', 'pht_', sha256('wide') from teams where name = 'chosen'
                """);

        browser.signInByLink(linkOf("chosen", null));

        assertThat(Api.json(browser.get("/api/me")).get("name").asText()).isEqualTo("wide");
    }

    @Test
    void ofOneTokenTheOldestOfTwentyLinksIsGoodNoMore() {
        List<String> links = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            links.add(link(null));
        }

        assertThat(browser.signInByLink(links.get(0)).statusCode()).isEqualTo(401);
        assertThat(browser.signInByLink(links.get(1)).statusCode()).isEqualTo(201);
    }

    /** What ended within a day is known still, and what has not ended is nobody's to remove. */
    @Test
    void sessionsAndLinksAreRemovedADayAfterTheirEndAndNoneBefore() throws Exception {
        browser.signIn(ServerProcess.TOKEN);
        String open = link(null);
        for (String table : new String[] {"sessions", "login_links"}) {
            server.database().execute("""
                    insert into %1$s (sha256, token_id, expires_at)
                    select sha256((hours || ' %1$s')::bytea), t.id, now() - hours * interval '1 hour'
                      from generate_series(23, 25, 2) hours, api_tokens t where t.name = 'POSTHASTE_API_TOKEN'
                    """.formatted(table));
        }

        try (Connection connection = server.database().dataSource().getConnection()) {
            new EndedSessions(new SessionDao()).run(connection);
        }

        for (String table : new String[] {"sessions", "login_links"}) {
            assertThat(server.database()
                            .number("select count(*) from " + table + " where sha256 = sha256('25 " + table + "')"))
                    .isZero();
            assertThat(server.database()
                            .number("select count(*) from " + table + " where sha256 = sha256('23 " + table + "')"))
                    .isOne();
        }
        assertThat(browser.get("/api/me").statusCode()).isEqualTo(200);
        assertThat(new Browser(server.port()).signInByLink(open).statusCode()).isEqualTo(201);
    }

    @Test
    void theAuditTellsOfLinksAndOfWhoHasSignedIn() {
        browser.signInByLink(link(null));

        JsonNode entries = Api.json(api.get("/api/audit")).get("data");
        assertThat(entries.get(0).get("action").asText()).isEqualTo("session.create");
        assertThat(entries.get(0).get("actor").asText()).isEqualTo("POSTHASTE_API_TOKEN");
        assertThat(entries.get(0).get("address").asText()).isEqualTo("127.0.0.1");
        assertThat(entries.get(1).get("action").asText()).isEqualTo("login_link.create");
        assertThat(entries.get(1).get("actor").asText()).isEqualTo("command line");
        assertThat(Api.json(api.get("/api/audit?action=login_link.create")).get("data"))
                .isNotEmpty();
    }

    /** Nobody has to show a token to be read. */
    @Test
    void aStrangerFillsNoMoreThanAFewKibibytes() {
        assertThat(browser.post("/api/session", "{\"token\": \"" + "x".repeat(5_000) + "\"}")
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void whatIsNotValidIsNamed() {
        assertThat(browser.send("POST", "/api/session", "{}").body())
                .isEqualTo("{\"message\":\"The token field is required.\","
                        + "\"errors\":{\"token\":[\"The token field is required.\"]}}");
        assertThat(browser.send("POST", "/api/session", "{\"token\": 5}").statusCode())
                .isEqualTo(422);
        assertThat(browser.send("POST", "/api/session", "{\"token\": \"a\", \"link\": \"b\"}")
                        .body())
                .contains("The link field must not be given together with token.");
        assertThat(browser.send("POST", "/api/session", "{\"tokn\": \"a\"}").body())
                .contains("The tokn field is unknown.");
        assertThat(browser.send("POST", "/api/session", "[]").statusCode()).isEqualTo(422);
        assertThat(browser.send("POST", "/api/session", "{").statusCode()).isEqualTo(400);
        assertThat(browser.send("GET", "/api/session", "").statusCode()).isEqualTo(405);
    }

    @Test
    void aTeamThatIsRemovedTakesItsSessionsWithIt() throws Exception {
        Api admin = new Api(server.adminPort(), "none");
        admin.post("/tasks/team?action=create&name=billing", "");
        String token =
                admin.post("/tasks/token?action=create&team=billing", "").body().strip();
        browser.signIn(token);
        assertThat(Api.json(browser.get("/api/me")).get("team").asText()).isEqualTo("billing");

        admin.post("/tasks/team?action=delete&name=billing", "");

        assertThat(browser.get("/api/me").statusCode()).isEqualTo(401);
        assertThat(server.database().number("select count(*) from sessions")).isZero();
    }

    private static String nameOf(String cookie) {
        return cookie.substring(0, cookie.indexOf('='));
    }

    private static String pairOf(HttpResponse<String> answer) {
        String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
    }

    private String make(String name, String scope) {
        return Api.json(api.post("/api/tokens", "{\"name\": \"" + name + "\", \"scopes\": [\"" + scope + "\"]}"))
                .get("token")
                .asText();
    }

    private String link(String token) {
        return linkOf("default", token);
    }

    private String linkOf(String team, String token) {
        return new LoginLinks(Jdbi.create(server.database().dataSource()), new SecureRandom())
                .make(team, token, Actor.COMMAND_LINE)
                .map(SessionSecret::value)
                .orElseThrow();
    }
}
