package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.testing.ConfigOverride;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard's files, as browsers and as strangers ask for them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardFilesIT {
    private static final Path FOLDER = Path.of("src/main/resources/dashboard");
    private static final String NOT_FOUND = "{\"error\":\"Not found\"}";
    private static final String SCRIPT = "app/main.js";
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]*)\"");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ServerInside server;

    @BeforeAll
    void start() throws Exception {
        server = new ServerInside();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsServedAsItIsUnderItsOwnPath(String path) throws Exception {
        HttpResponse<byte[]> answer = get(path.equals("index.html") ? "/" : "/" + path);

        assertThat(answer.statusCode()).isEqualTo(200);
        if (!path.equals(SCRIPT)) {
            assertThat(answer.body()).isEqualTo(Files.readAllBytes(FOLDER.resolve(path)));
        }
        assertThat(header(answer, "Content-Length")).isEqualTo(String.valueOf(answer.body().length));
        assertThat(header(answer, "Content-Type")).isEqualTo(type(path));
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(answer, "Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(header(answer, "Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(answer, "Vary")).isEqualTo("Accept-Encoding");
        assertThat(header(answer, "Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                        + " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none';"
                        + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    }

    static List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(FOLDER)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> FOLDER.relativize(file).toString().replace('\\', '/'))
                    .filter(path -> !path.endsWith(".lock.json"))
                    .sorted()
                    .toList();
        }
    }

    private static String type(String path) {
        return switch (path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
            case "html" -> "text/html;charset=utf-8";
            case "js", "mjs" -> "text/javascript;charset=utf-8";
            case "css" -> "text/css;charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> "text/plain;charset=utf-8";
        };
    }

    @Test
    void thePagesScriptHasAllModulesAndWeighsNoMoreThan60KilobytesOnItsWay() throws Exception {
        String script = new String(get("/" + SCRIPT).body(), StandardCharsets.UTF_8);

        assertThat(script).contains("// vendor/preact.mjs\n", "// app/store.js\n", "// " + SCRIPT + "\n");
        assertThat(script).doesNotContainPattern("(?m)^(import|export) ");
        assertThat(get("/" + SCRIPT, "Accept-Encoding", "gzip").body()).hasSizeLessThan(60 * 1024);
    }

    @Test
    void whoHasAFileIsTold304AndWhoHasAnotherOneGetsIt() throws Exception {
        String tag = header(get("/"), "ETag");

        HttpResponse<byte[]> known = get("/", "If-None-Match", "\"other\", " + tag);

        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(header(known, "ETag")).isEqualTo(tag);
        // What a cache has is sent with these from then on (RFC 9111, section 3.2).
        for (String name : new String[] {"Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"}) {
            assertThat(header(known, name)).as(name).isEqualTo(header(get("/"), name));
        }
        assertThat(get("/", "If-None-Match", "W/" + tag).statusCode()).isEqualTo(304);
        assertThat(get("/", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void whoTakesGzipGetsLessWithATagOfItsOwn() throws Exception {
        HttpResponse<byte[]> plain = get("/vendor/uPlot.esm.js");
        HttpResponse<byte[]> packed = get("/vendor/uPlot.esm.js", "Accept-Encoding", "br, gzip;q=0.8");

        assertThat(header(packed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(packed.body()).hasSizeLessThan(plain.body().length / 2);
        try (GZIPInputStream content = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(content.readAllBytes()).isEqualTo(plain.body());
        }
        assertThat(header(packed, "ETag")).isNotEqualTo(header(plain, "ETag"));
        assertThat(get("/vendor/uPlot.esm.js", "Accept-Encoding", "gzip", "If-None-Match", header(packed, "ETag"))
                        .statusCode())
                .isEqualTo(304);
        for (String refusing : new String[] {"gzip;q=0", "gzip; q=0.000", "br", "*;q=0"}) {
            assertThat(get("/vendor/uPlot.esm.js", "Accept-Encoding", refusing)
                            .headers()
                            .firstValue("Content-Encoding"))
                    .as(refusing)
                    .isEmpty();
        }
    }

    @Test
    void headAnswersLikeGetWithoutTheFile() throws Exception {
        HttpResponse<byte[]> answer = send("HEAD", "/");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(header(answer, "ETag")).isEqualTo(header(get("/"), "ETag"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void otherMethodsAreRefusedInTheApisWords(String method) throws Exception {
        for (String path : new String[] {"/", "/vendor/preact.mjs"}) {
            HttpResponse<byte[]> answer = send(method, path);

            assertThat(answer.statusCode()).as(path).isEqualTo(405);
            assertThat(text(answer)).as(path).isEqualTo("{\"error\":\"Method not allowed\"}");
            assertThat(header(answer, "Allow")).as(path).contains("GET");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/index.html",
                "/vendor",
                "/vendor/",
                "/vendor/vendor.lock.json",
                "/vendor/PREACT.mjs",
                "/app",
                "/dashboard/index.html",
                "/db/changelog.xml",
                "/config.yml",
                "/vendor/..%2f..%2fdb%2fchangelog.xml",
                "/vendor/..%5c..%5cdb%5cchangelog.xml",
                "/vendor/%00",
                "/vendor/preact.mjs%00.html",
                "/vendor//preact.mjs",
                "//vendor/preact.mjs",
                "/vendor;a=b/..;/preact.mjs",
                "/nothing",
                "/api/nothing"
            })
    void whatIsNoFileIsNotFoundInTheApisWords(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 404 ").endsWith(NOT_FOUND).contains("application/json");
    }

    /** Above the root there is no path at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/../config.yml", "/vendor/../../db/changelog.xml", "/vendor/%2e%2e/%2e%2e/db/changelog.xml"})
    void whatLeadsOutOfTheServerIsNoRequest(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .endsWith("{\"error\":\"The request is not valid HTTP.\"}");
    }

    @Test
    void postingToWhatIsNoFileIsNotFoundAsWell() throws Exception {
        assertThat(send("POST", "/vendor/nothing").statusCode()).isEqualTo(404);
        assertThat(send("POST", "/nothing").statusCode()).isEqualTo(404);
    }

    /** So that they lead to the same server under whatever prefix a proxy serves it. */
    @Test
    void everyLinkOfThePageIsRelativeAndLeadsToAFile() throws Exception {
        Matcher links = LINK.matcher(Files.readString(FOLDER.resolve("index.html")));
        while (links.find()) {
            String link = links.group(1);
            assertThat(link).doesNotStartWith("/").doesNotContain(":", "..");
            if (!link.startsWith("#") && !link.equals("docs")) {
                assertThat(FOLDER.resolve(link)).exists();
            }
        }
    }

    @Test
    void whereItIsSwitchedOffThereIsNoPageAndNoSigningIn() throws Exception {
        Browser signedInBefore = new Browser(server.port());
        signedInBefore.signIn(ServerProcess.TOKEN);
        try (ServerInside without = ServerInside.beside(server, ConfigOverride.config("dashboard.enabled", "false"))) {
            Browser browser = new Browser(without.port());

            assertThat(browser.get("/").statusCode()).isEqualTo(404);
            assertThat(browser.get("/").body()).isEqualTo(NOT_FOUND);
            assertThat(browser.get("/vendor/preact.mjs").statusCode()).isEqualTo(404);
            assertThat(statusOfSigningIn(without.port())).isEqualTo(404);
            assertThat(signedInBefore.get("/api/me").statusCode()).isEqualTo(200);
            assertThat(signedInBefore.on(without.port()).get("/api/me").statusCode())
                    .isEqualTo(401);
            assertThat(new Api(without.port(), ServerProcess.TOKEN)
                            .get("/api/me")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /** Not by {@link Browser}, for of a call that is not there nothing is described. */
    private int statusOfSigningIn(int port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/session"))
                .headers("Sec-Fetch-Site", "same-origin", "Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"token\": \"" + ServerProcess.TOKEN + "\"}"))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** As no client library sends it. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        return send("GET", path, headers);
    }

    private HttpResponse<byte[]> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
