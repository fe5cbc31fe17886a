package dev.posthaste.chaos;

import dev.posthaste.system.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Calls of a client that does not wait for ever. Thread-safe. */
final class Calls {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(6);

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();

    private Calls() {}

    /** Ends with an {@link IOException} when there is no answer in time. */
    static CompletableFuture<HttpResponse<String>> post(int port, String path, String body, @Nullable String key) {
        HttpRequest.Builder call =
                request(port, path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        if (key != null) {
            call.header("Idempotency-Key", key);
        }
        return CLIENT.sendAsync(call.build(), BodyHandlers.ofString());
    }

    static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return CLIENT.send(request(port, path).GET().build(), BodyHandlers.ofString());
    }

    /** Whether it answers and says that all is well. */
    static boolean isHealthy(int port) throws InterruptedException {
        try {
            return get(port, "/api/health").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(ANSWERED_WITHIN)
                .header("Authorization", "Bearer " + ServerProcess.TOKEN);
    }
}
