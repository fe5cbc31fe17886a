package dev.posthaste.system;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.openapi.DescribedAnswers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** The API as a client sees it; each answer is held to the API's description. */
public final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final String token;

    public Api(int port, String token) {
        this.port = port;
        this.token = token;
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> patch(String path, String body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    public HttpResponse<String> delete(String path) {
        return send(request(path).DELETE());
    }

    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", "Bearer " + token);
        return headers.length == 0 ? request : request.headers(headers);
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpRequest built = request.build();
            HttpResponse<String> answer = client.send(built, WholeOrFirst::of);
            DescribedAnswers.check(built, answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Pushes a job that must be accepted, and returns its id. */
    public long push(String body) {
        return created("/api/jobs", body).get("job_id").asLong();
    }

    /** Pushes the same job so many times in one batch that must be accepted, and returns the ids. */
    public List<Long> pushAll(String job, int count) {
        return pushAll(Collections.nCopies(count, job));
    }

    public List<Long> pushAll(List<String> jobs) {
        JsonNode pushed = created("/api/jobs/batch", "{\"jobs\": [" + String.join(",", jobs) + "]}");
        return pushed.get("jobs").findValues("job_id").stream()
                .map(JsonNode::asLong)
                .toList();
    }

    /** Creates a queue that must be accepted, and returns its id. */
    public long createQueue(String settings) {
        return created("/api/queues", settings).get("id").asLong();
    }

    /** The job once it has the status. */
    JsonNode awaitStatus(long id, String status) {
        return await().until(() -> job(id), job -> job.get("status").asText().equals(status));
    }

    public JsonNode job(long id) {
        return json(get("/api/jobs/" + id));
    }

    private JsonNode created(String path, String body) {
        HttpResponse<String> answer = post(path, body);
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return json(answer);
    }

    public static JsonNode json(HttpResponse<String> answer) {
        return json(answer.body());
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + text, e);
        }
    }
}
