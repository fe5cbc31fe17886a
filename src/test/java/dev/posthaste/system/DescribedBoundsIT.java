package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.openapi.Description;
import dev.posthaste.openapi.EdgeBodies;
import dev.posthaste.openapi.EdgeBodies.EdgeBody;
import dev.posthaste.openapi.Operation;
import dev.posthaste.openapi.WrongBodies;
import dev.posthaste.openapi.WrongBodies.WrongBody;
import dev.posthaste.signing.TestKeys;
import io.dropwizard.testing.ConfigOverride;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The bounds that are described are those that are held: what is just outside of one is refused, with the field's name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescribedBoundsIT {
    /** What is said of a value that is beyond its bounds. */
    private static final Pattern BOUND = Pattern.compile("greater than|less than|at least|at most|between|more than");

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
    Stream<DynamicTest> aBodyWithOneWrongFieldIsRefusedWithItsName() {
        return description.operations().stream()
                .filter(operation -> !operation.requestSchema().isMissingNode())
                .map(operation -> dynamicTest(operation.route(), () -> refuseAll(operation)));
    }

    private void refuseAll(Operation operation) {
        List<WrongBody> wrongBodies = WrongBodies.of(description, operation);
        Set<String> tried = wrongBodies.stream().map(WrongBody::field).collect(Collectors.toSet());
        description
                .resolved(operation.requestSchema())
                .path("properties")
                .fieldNames()
                .forEachRemaining(field -> assertThat(tried).contains(field));
        String path = things.path(operation);
        for (WrongBody wrong : wrongBodies) {
            HttpResponse<String> answer = api.send(api.request(path)
                    .header("Content-Type", "application/json")
                    .method(
                            operation.method(),
                            HttpRequest.BodyPublishers.ofString(wrong.body().toString())));

            String called = wrong.field() + " " + wrong.what() + ": " + answer.body();
            assertThat(answer.statusCode()).as(called).isEqualTo(422);
            assertThat(names(answer)).as(called).anyMatch(name -> isOf(name, wrong.field()));
        }
    }

    /** Whoever reads a bound goes up to it: were it wider than what is taken, he would be refused. */
    @TestFactory
    Stream<DynamicTest> aFieldMayHaveTheSmallestAndTheLargestValueThatIsDescribed() {
        return description.operations().stream()
                .filter(operation -> !operation.requestSchema().isMissingNode())
                .map(operation -> dynamicTest(operation.route(), () -> takeAll(operation)));
    }

    private void takeAll(Operation operation) {
        String path = things.path(operation);
        for (EdgeBody edge : EdgeBodies.of(description, operation)) {
            HttpResponse<String> answer = api.send(api.request(path)
                    .header("Content-Type", "application/json")
                    .method(
                            operation.method(),
                            HttpRequest.BodyPublishers.ofString(edge.body().toString())));

            if (answer.statusCode() == 422) {
                // It may be no URL or no time; too large or too small it is not.
                assertThat(Api.json(answer).path("errors").properties())
                        .as(edge.field() + ", " + edge.what())
                        .filteredOn(error -> isOf(error.getKey(), edge.field()))
                        .noneMatch(error ->
                                BOUND.matcher(error.getValue().toString()).find());
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> aQueryWithOneWrongFilterIsRefusedWithItsName() {
        return description.operations().stream()
                .filter(operation -> !operation.queryParameters().isEmpty())
                .map(operation -> dynamicTest(operation.route(), () -> refuseQueries(operation)));
    }

    private void refuseQueries(Operation operation) {
        String path = things.path(operation);
        for (JsonNode parameter : operation.queryParameters()) {
            String name = parameter.get("name").asText();
            for (String value : WrongBodies.ofParameter(description, parameter)) {
                HttpResponse<String> answer =
                        api.get(path + "?" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));

                String called = name + "=" + value + ": " + answer.body();
                assertThat(answer.statusCode()).as(called).isEqualTo(422);
                assertThat(names(answer)).as(called).contains(name);
            }
        }
    }

    private static List<String> names(HttpResponse<String> answer) {
        return Api.json(answer).get("errors").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
    }

    /** An object's own fields are named where they are what is wrong. */
    private static boolean isOf(String name, String field) {
        return name.equals(field) || name.startsWith(field + ".");
    }
}
