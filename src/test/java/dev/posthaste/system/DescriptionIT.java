package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.posthaste.openapi.Description;
import dev.posthaste.openapi.Operation;
import dev.posthaste.web.http.AnyScope;
import dev.posthaste.web.http.RequiresScope;
import jakarta.ws.rs.QueryParam;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API is described as it is, and the description can be had, by programs and by people. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescriptionIT {
    /** For people: what they link to is no call. */
    private static final Set<String> PAGES = Set.of("GET /docs", "GET /docs/{file}");

    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]+)\"");

    private ServerInside server;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        server = new ServerInside();
        api = new Api(server.port(), "x");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void everyRouteIsDescribedAndNothingElseIs() {
        Set<String> offered = new TreeSet<>(Routes.of(server).keySet());
        offered.removeAll(PAGES);

        assertThat(Description.read().operations().stream().map(Operation::route))
                .containsExactlyInAnyOrderElementsOf(offered);
    }

    @Test
    void theScopeThatIsDescribedIsTheOneThatIsAskedFor() {
        Map<String, Method> routes = Routes.of(server);

        for (Operation operation : Description.read().operations()) {
            assertThat(operation.scopes()).as(operation.route()).isEqualTo(scopes(routes.get(operation.route())));
        }
    }

    @Test
    void whatIsDescribedOfAQueryStringIsWhatIsRead() {
        Map<String, Method> routes = Routes.of(server);

        for (Operation operation : Description.read().operations()) {
            assertThat(operation.queryParameters().stream()
                            .map(parameter -> parameter.get("name").asText()))
                    .as(operation.route())
                    .containsExactlyInAnyOrderElementsOf(read(routes.get(operation.route())));
        }
    }

    private static List<String> read(Method method) {
        return Stream.of(method.getParameters())
                .map(parameter -> parameter.getAnnotation(QueryParam.class))
                .filter(Objects::nonNull)
                .map(QueryParam::value)
                .toList();
    }

    private static Optional<List<String>> scopes(Method method) {
        RequiresScope required = method.getAnnotation(RequiresScope.class);
        if (required != null) {
            return Optional.of(List.of(required.value().contractName()));
        }
        return method.isAnnotationPresent(AnyScope.class) ? Optional.of(List.of()) : Optional.empty();
    }

    @Test
    void itIsServedAsItIsKeptWithTheVersionOfTheBuild() throws Exception {
        JsonNode kept = Description.read().root();
        HttpResponse<String> yaml = anonymously("/openapi.yaml");
        HttpResponse<String> json = anonymously("/openapi.json");

        JsonNode served = new ObjectMapper().readTree(json.body());
        assertThat(new ObjectMapper(new YAMLFactory()).readTree(yaml.body())).isEqualTo(served);
        assertThat(served.at("/info/version").asText()).isEqualTo(version());
        assertThat(served.get("paths")).isEqualTo(kept.get("paths"));
        assertThat(served.get("components")).isEqualTo(kept.get("components"));
        assertThat(json.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(yaml.headers().firstValue("Content-Type")).contains("application/yaml");
    }

    private static String version() throws Exception {
        Properties properties = new Properties();
        try (InputStream file = DescriptionIT.class.getResourceAsStream("/posthaste.properties")) {
            properties.load(file);
        }
        return properties.getProperty("version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.json", "/openapi.yaml", "/docs", "/docs/init.js", "/docs/swagger-ui-bundle.js"})
    void whoHasAFileIsToldThatItIsTheSame(String path) {
        HttpResponse<String> first = anonymously(path);
        String tag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = anonymously(path, "If-None-Match", tag);
        HttpResponse<String> other = anonymously(path, "If-None-Match", "\"other\"");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(first.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).contains(tag);
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(other.body()).isEqualTo(first.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.json", "/openapi.yaml", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"})
    void whoTakesGzipGetsAThirdOfAFileWithATagOfItsOwn(String path) throws Exception {
        HttpResponse<byte[]> plain = bytes(path);
        HttpResponse<byte[]> packed = bytes(path, "Accept-Encoding", "gzip, br");

        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(packed.headers().firstValue("Vary")).contains("Accept-Encoding");
        assertThat(packed.body()).hasSizeLessThan(plain.body().length / 3);
        try (GZIPInputStream content = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(content.readAllBytes()).isEqualTo(plain.body());
        }
        String tag = packed.headers().firstValue("ETag").orElseThrow();
        assertThat(plain.headers().firstValue("ETag")).isNotEqualTo(Optional.of(tag));
        assertThat(bytes(path, "Accept-Encoding", "gzip", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
    }

    private HttpResponse<byte[]> bytes(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void whateverAnswerIsWantedTheDescriptionIsTheAnswer() {
        assertThat(anonymously("/openapi.yaml", "Accept", "text/html").statusCode())
                .isEqualTo(200);
        assertThat(anonymously("/docs", "Accept", "application/json").statusCode())
                .isEqualTo(200);
    }

    @Test
    void thePageLinksToWhatThereIsUnderWhateverPrefix() {
        String page = anonymously("/docs").body();
        Matcher link = LINK.matcher(page);
        Map<String, Integer> links = new TreeMap<>();
        while (link.find()) {
            if (!link.group(1).startsWith("data:") && !link.group(1).equals("./")) {
                links.put(link.group(1), anonymously("/" + link.group(1)).statusCode());
            }
        }

        assertThat(links).hasSize(6).allSatisfy((path, status) -> {
            assertThat(path).doesNotStartWith("/").doesNotContain(":");
            assertThat(status).as(path).isEqualTo(200);
        });
        assertThat(page).doesNotContain("<style", "onload", "javascript:").doesNotContainPattern("<script>");
    }

    @Test
    void aSlashBehindThePageLeadsToIt() {
        HttpResponse<String> answer = anonymously("/docs/");

        assertThat(answer.statusCode()).isEqualTo(308);
        assertThat(answer.headers().firstValue("Location")).contains("../docs");
    }

    @Test
    void thePageMayDoOnlyWhatItNeeds() {
        for (String path : new String[] {"/docs", "/docs/init.js"}) {
            HttpResponse<String> answer = anonymously(path);

            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'; script-src 'self'; ")
                    .contains("frame-ancestors 'none'", "connect-src 'self'", "require-trusted-types-for 'script'")
                    .endsWith("; trusted-types dompurify default")
                    .doesNotContain("http", "*", "unsafe-eval");
            assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/docs/openapi.yaml",
                "/docs/vendor",
                "/docs/..%2Fopenapi.yaml",
                "/docs/../posthaste.properties",
                "/docs/swagger-ui-dist.LICENSE",
                "/openapi",
                "/openapi.xml",
                "/openapi/openapi.yaml",
                "/docs/docs.html"
            })
    void nothingElseOfTheJarIsServed(String path) {
        HttpResponse<String> answer = anonymously(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("{\"error\":\"Not found\"}");
    }

    @Test
    void itIsOnlyRead() {
        for (String path : new String[] {"/openapi.json", "/openapi.yaml", "/docs", "/docs/init.js"}) {
            HttpResponse<String> answer = api.send(request(path).POST(HttpRequest.BodyPublishers.ofString("{}")));

            assertThat(answer.statusCode()).as(path).isEqualTo(405);
            assertThat(answer.body()).as(path).isEqualTo("{\"error\":\"Method not allowed\"}");
        }
    }

    private HttpResponse<String> anonymously(String path, String... headers) {
        return api.send(request(path, headers).GET());
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        return headers.length == 0 ? request : request.headers(headers);
    }
}
