package dev.posthaste.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.alerts.AlertType;
import dev.posthaste.alerts.AlertableType;
import dev.posthaste.alerts.ChannelType;
import dev.posthaste.assertions.AssertionType;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.CallbackStatus;
import dev.posthaste.jobs.DeadLetterGroups;
import dev.posthaste.jobs.ExecutionStatus;
import dev.posthaste.jobs.ExecutionTrigger;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobStatus;
import dev.posthaste.operations.OperationAction;
import dev.posthaste.operations.OperationStatus;
import dev.posthaste.overview.NodeGlance;
import dev.posthaste.recurring.Overlap;
import dev.posthaste.signing.Algorithm;
import dev.posthaste.teams.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The description is whole and agrees with itself and with the words of the code. */
class DescriptionTest {
    private final Description description = Description.read();
    private final DescribedAnswers answers = new DescribedAnswers(description);

    @Test
    void whatIsNamedIsThereAndWhatIsThereIsNamed() {
        Set<String> named = new TreeSet<>();
        addNamed(description.root(), named);
        Set<String> there = new TreeSet<>();
        description
                .root()
                .get("components")
                .properties()
                .forEach(kind -> kind.getValue()
                        .fieldNames()
                        .forEachRemaining(name -> there.add("#/components/" + kind.getKey() + "/" + name)));
        there.remove("#/components/securitySchemes/token");

        assertThat(named).isEqualTo(there);
    }

    private static void addNamed(JsonNode node, Set<String> named) {
        if (node.path("$ref").isTextual()) {
            named.add(node.get("$ref").asText());
        }
        node.forEach(child -> addNamed(child, named));
    }

    /** Clients that are generated send it: a change of one field would set the others back, and a delay forbid a run_at. */
    @Test
    void nothingThatABodyHoldsHasADefault() {
        assertThat(description.root().at("/components/schemas").findValues("default"))
                .isEmpty();
        for (Operation operation : description.operations()) {
            assertThat(operation.node().path("requestBody").findValues("default"))
                    .as(operation.route())
                    .isEmpty();
        }
    }

    /** Generators write a file for each tag: one with both would have the calls overwritten by what is received. */
    @Test
    void whatIsReceivedHasATagOfItsOwn() {
        Set<String> received = tags(description.root().get("webhooks"));

        assertThat(received).isNotEmpty();
        assertThat(tags(description.root().get("paths"))).doesNotContainAnyElementsOf(received);
    }

    private static Set<String> tags(JsonNode paths) {
        return paths.findValues("tags").stream()
                .filter(tags -> tags.isArray() && tags.path(0).isTextual())
                .map(tags -> tags.get(0).asText())
                .collect(Collectors.toSet());
    }

    @Test
    void everyCallHasANameOfItsOwnAndSaysWhatItDoes() {
        assertThat(description.operations()).hasSizeGreaterThan(50);
        assertThat(description.operations()).extracting(Operation::id).doesNotHaveDuplicates();
        for (Operation operation : description.operations()) {
            assertThat(operation.answers().keySet())
                    .as("%s has an answer when all goes well", operation)
                    .anyMatch(status -> status.startsWith("2"));
            if (operation.scopes().isPresent()) {
                assertThat(operation.answers())
                        .as(operation.route())
                        .containsKeys("401", "403", "429", "503", "default");
            }
            assertThat(operation.answers().containsKey("404"))
                    .as("%s can name what is not there", operation)
                    .isEqualTo(operation.path().contains("{"));
        }
    }

    @Test
    void everyBodyRefusesWhatItDoesNotKnow() {
        for (Operation operation : description.operations()) {
            JsonNode schema = description.resolved(operation.requestSchema());
            if (!schema.isMissingNode()) {
                assertThat(schema.path("additionalProperties").isBoolean())
                        .as(operation.route())
                        .isTrue();
                assertThat(operation.answers()).as(operation.route()).containsKeys("400", "413", "415", "422");
            }
        }
    }

    @Test
    void everyExampleIsAsItsSchemaSays() {
        for (Operation operation : description.operations()) {
            operation
                    .requestExamples()
                    .keySet()
                    .forEach(name -> assertThat(operation.answerExamples().keySet())
                            .as("%s tells what comes of %s", operation, name)
                            .filteredOn(answer -> answer.endsWith(" " + name))
                            .hasSize(1));
            operation.answers().forEach((status, answer) -> {
                for (Map.Entry<String, JsonNode> example :
                        answer.at("/content/application~1json/examples").properties()) {
                    assertThat(answers.complaints(
                                    Operation.schemaOf(answer),
                                    example.getValue().get("value")))
                            .as("%s %s %s", operation, status, example.getKey())
                            .isEmpty();
                }
            });
            operation
                    .takenExamples()
                    .forEach((name, body) -> assertThat(answers.complaints(operation.requestSchema(), body))
                            .as("%s %s", operation, name)
                            .isEmpty());
            operation
                    .requestExamples()
                    .keySet()
                    .forEach(name -> assertThat(operation.answerExamples().keySet())
                            .as("%s %s", operation, name)
                            .contains((operation.takenExamples().containsKey(name) ? goesWell(operation) : "422") + " "
                                    + name));
        }
    }

    private static String goesWell(Operation operation) {
        return operation.answers().keySet().stream()
                .filter(status -> status.startsWith("2"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyFieldOfABodyIsInAnExampleThatIsTaken() {
        for (Operation operation : description.operations()) {
            if (operation.method().equals("POST")
                    && !operation.requestExamples().isEmpty()) {
                List<String> unseen = new ArrayList<>();
                description
                        .resolved(operation.requestSchema())
                        .get("properties")
                        .fieldNames()
                        .forEachRemaining(field -> {
                            if (!operation.takenBody(field).orElseThrow().has(field)) {
                                unseen.add(field);
                            }
                        });
                // A mail needs a mail server, a link is good once, and some settings are the usual ones.
                unseen.removeAll(List.of("to", "link", "is_active", "retries_enabled"));
                assertThat(unseen).as(operation.route()).isEmpty();
            }
        }
    }

    @Test
    void choicesAreThoseOfTheCode() {
        assertChoices("JobStatus", JobStatus.values());
        assertChoices("FinalStatus", FinalStatus.values());
        assertChoices("FailureReason", FailureReason.values());
        assertChoices("CallbackStatus", CallbackStatus.values());
        assertChoices("ExecutionStatus", ExecutionStatus.values());
        assertChoices("ExecutionTrigger", ExecutionTrigger.values());
        assertChoices("Overlap", Overlap.values());
        assertChoices("AlertType", AlertType.values());
        assertChoices("AlertableType", AlertableType.values());
        assertChoices("ChannelType", ChannelType.values());
        assertChoices("Algorithm", Algorithm.values());
        assertChoices("OperationAction", OperationAction.values());
        assertChoices("OperationStatus", OperationStatus.values());
        assertChoices("Scope", Scope.values());
        assertChoices("AuditAction", AuditAction.values());
        assertChoices("Assertion/properties/type", AssertionType.values());
        assertChoices("DeadLetterGrouping", DeadLetterGroups.By.values());
        assertChoices("Node/properties/state", NodeGlance.State.values());
    }

    private void assertChoices(String schema, ContractName... names) {
        JsonNode choices = description.root().at("/components/schemas/" + schema + "/enum");

        assertThat(StreamSupport.stream(choices.spliterator(), false).map(JsonNode::asText))
                .as(schema)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(names).map(ContractName::contractName).toList());
    }
}
