package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.signing.TestKeys;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.AnyScope;
import dev.posthaste.web.http.RequiresScope;
import io.dropwizard.testing.ConfigOverride;
import java.lang.reflect.Method;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a token may not do it does not do, on any route of the running server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScopesIT {
    private static final Set<String> FOR_EVERYBODY = Set.of(
            "GET /api/health",
            "GET /api/live",
            "GET /api/ready",
            "POST /api/session",
            "GET /ping/{secret}",
            "POST /ping/{secret}",
            "GET /ping/{secret}/fail",
            "POST /ping/{secret}/fail",
            "GET /openapi.json",
            "GET /openapi.yaml",
            "GET /docs",
            "GET /docs/{file}");

    private ServerInside server;

    @BeforeAll
    void start() throws Exception {
        server = new ServerInside(ConfigOverride.config("secretKey", TestKeys.SECRET_KEY));
        for (Scope scope : Scope.values()) {
            token(only(scope), scope.contractName());
            token(
                    allBut(scope),
                    Arrays.stream(Scope.values())
                            .filter(other -> other != scope)
                            .map(Scope::contractName)
                            .collect(Collectors.joining(",")));
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void everyRouteThatNeedsATokenSaysWhichScope() {
        Routes.of(server).forEach((route, method) -> {
            boolean isForEverybody = FOR_EVERYBODY.contains(route);
            int said = (method.isAnnotationPresent(RequiresScope.class) ? 1 : 0)
                    + (method.isAnnotationPresent(AnyScope.class) ? 1 : 0);
            assertThat(said).as(route).isEqualTo(isForEverybody ? 0 : 1);
        });
    }

    @Test
    void whatOnlyReadsNeedsAScopeForReadingAndNothingElseDoes() {
        Routes.of(server).forEach((route, method) -> {
            RequiresScope required = method.getAnnotation(RequiresScope.class);
            if (required != null && required.value() != Scope.ADMIN) {
                String thing = route.replaceFirst(".*/api/([^/]+).*", "$1")
                        .replace("dead-letters", "jobs")
                        .replace("operations", "jobs")
                        .replace("stats", "queues")
                        .replace("overview", "queues")
                        .replace("alert-channels", "alerts");
                assertThat(required.value().contractName())
                        .as(route)
                        .isEqualTo(thing + (route.startsWith("GET ") ? ":read" : ":write"));
            }
        });
    }

    @Test
    void withoutATokenEveryRouteIsClosed() {
        for (String route : Routes.of(server).keySet()) {
            if (!FOR_EVERYBODY.contains(route)) {
                HttpRequest.Builder request = request(route, "");
                HttpResponse<String> answer = new Api(server.port(), "x").send(request);
                assertThat(answer.statusCode()).as(route).isEqualTo(401);
                assertThat(answer.body()).as(route).isEqualTo("{\"error\":\"Missing authorization token\"}");
                assertThat(answer.headers().firstValue("WWW-Authenticate"))
                        .as(route)
                        .contains("Bearer");
            }
        }
    }

    @Test
    void aTokenOfEveryOtherScopeIsToldTheOneThatItLacks() {
        for (Map.Entry<String, Method> route : Routes.of(server).entrySet()) {
            RequiresScope required = route.getValue().getAnnotation(RequiresScope.class);
            if (required != null) {
                HttpResponse<String> answer = send(route.getKey(), allBut(required.value()));
                assertThat(answer.statusCode()).as(route.getKey()).isEqualTo(403);
                assertThat(answer.body())
                        .as(route.getKey())
                        .isEqualTo("{\"error\":\"The token lacks the scope "
                                + required.value().contractName() + ".\"}");
            }
        }
    }

    @Test
    void theScopeThatIsNamedIsEnough() {
        for (Map.Entry<String, Method> route : Routes.of(server).entrySet()) {
            RequiresScope required = route.getValue().getAnnotation(RequiresScope.class);
            String token = only(required == null ? Scope.CRONS_READ : required.value());
            assertThat(send(route.getKey(), token).statusCode())
                    .as(route.getKey())
                    .isNotIn(401, 403);
        }
    }

    @Test
    void headNeedsWhatGetNeeds() {
        Api api = new Api(server.port(), allBut(Scope.JOBS_READ));

        assertThat(api.send(api.request("/api/jobs").method("HEAD", HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(403);
    }

    private HttpResponse<String> send(String route, String token) {
        return new Api(server.port(), token).send(request(route, token));
    }

    private HttpRequest.Builder request(String route, String token) {
        String[] call = route.replace("{id}", "0")
                .replace("{execution}", "0")
                .replace("{secret}", "none")
                .replace("{file}", "none")
                .split(" ", 2);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        java.net.URI.create("http://127.0.0.1:" + server.port() + call[1]))
                .header("Content-Type", "application/json")
                .method(call[0], HttpRequest.BodyPublishers.ofString(call[0].equals("GET") ? "" : "{}"));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private void token(String secret, String scopes) throws Exception {
        server.database()
                .execute("insert into api_tokens (team_id, name, prefix, sha256, scopes) values (1, 'x', 'x', sha256('"
                        + secret + "'), '{" + scopes + "}')");
    }

    private static String only(Scope scope) {
        return "only-" + scope + "-0123456789012345";
    }

    private static String allBut(Scope scope) {
        return "all-but-" + scope + "-0123456789012345";
    }
}
