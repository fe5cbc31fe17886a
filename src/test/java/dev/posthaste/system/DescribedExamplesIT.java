package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.openapi.Description;
import dev.posthaste.openapi.Operation;
import dev.posthaste.signing.TestKeys;
import io.dropwizard.testing.ConfigOverride;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** What is shown of the API is real: each example is sent to a server, which answers as it says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescribedExamplesIT {
    private final Description description = Description.read();
    private RecordingReceiver receiver;
    private ServerInside server;
    private Api api;
    private ThingsOfPaths things;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        server = new ServerInside(
                ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"),
                ConfigOverride.config("secretKey", TestKeys.SECRET_KEY));
        api = new Api(server.port(), ServerProcess.TOKEN);
        things = new ThingsOfPaths(server, api, receiver);
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
    }

    @TestFactory
    Stream<DynamicTest> everyExampleIsAnsweredAsItSays() {
        return description.operations().stream().flatMap(this::tests);
    }

    private Stream<DynamicTest> tests(Operation operation) {
        return operation.answerExamples().entrySet().stream()
                .map(example -> dynamicTest(operation + " " + example.getKey(), () -> send(operation, example)));
    }

    private void send(Operation operation, Map.Entry<String, JsonNode> example) {
        String[] statusAndName = example.getKey().split(" ", 2);
        JsonNode body = operation.requestExamples().get(statusAndName[1]);
        assertThat(body != null || statusAndName[0].startsWith("2"))
                .as("it can be told how it comes to that")
                .isTrue();

        HttpResponse<String> answer = api.send(api.request(things.path(operation) + query(operation))
                .header("Content-Type", "application/json")
                .method(operation.method(), HttpRequest.BodyPublishers.ofString(body == null ? "" : body.toString())));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(Integer.parseInt(statusAndName[0]));
        assertThat(Likeness.differences(example.getValue(), Api.json(answer)))
                .as(answer.body())
                .isEmpty();
    }

    private static String query(Operation operation) {
        StringBuilder query = new StringBuilder();
        for (JsonNode parameter : operation.queryParameters()) {
            if (parameter.has("example")) {
                query.append(query.isEmpty() ? "?" : "&")
                        .append(parameter.get("name").asText())
                        .append("=")
                        .append(URLEncoder.encode(parameter.get("example").asText(), StandardCharsets.UTF_8));
            }
        }
        return query.toString();
    }
}
