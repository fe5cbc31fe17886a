package dev.posthaste.web.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.assertions.Assertion;
import dev.posthaste.assertions.AssertionText;
import dev.posthaste.web.http.Errors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuccessAssertionsTest {
    private final JsonDocument json = new JsonDocument();
    private final Errors errors = new Errors();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | []",
                "[{'type':'status_code_equals','value':'201'}] | [{'type':'status_code_equals','value':'201'}]",
                "[{'value':204,'type':'status_code_equals'}] | [{'type':'status_code_equals','value':'204'}]",
                "[{'type':'body_contains','value':1.0}] | [{'type':'body_contains','value':'1.0'}]",
                "[{'type':'body_not_contains','value':'a b'}] | [{'type':'body_not_contains','value':'a b'}]",
                "[{'type':'response_time_under_ms','value':300000}] | [{'type':'response_time_under_ms','value':'300000'}]",
                "[{'type':'header_equals','value':'x','name':'A-B'}] | [{'type':'header_equals','name':'A-B','value':'x'}]",
                "[{'type':'json_path_equals','path':'$.a','value':1}] | [{'type':'json_path_equals','path':'$.a','value':'1'}]"
            })
    void aGoodAssertionIsKeptInOneForm(String given, String kept) {
        List<Assertion> assertions = read(given);

        assertThat(errors.isEmpty()).isTrue();
        assertThat(AssertionText.write(assertions)).isEqualTo(quoted(kept));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} |  | field must be an array.",
                "'x' |  | field must be an array.",
                "[1] | .0 | field must be an object.",
                "[null] | .0 | field must be an object.",
                "[{}] | .0.type | field is required.",
                "[{'type':' '}] | .0.type | field is required.",
                "[{'type':1}] | .0.type | field must be a string.",
                "[{'type':'status_code_equals'}] | .0.value | field is required.",
                "[{'type':'status_code_equals','value':null}] | .0.value | field is required.",
                "[{'type':'status_code_equals','value':'ok'}] | .0.value | field must be an integer.",
                "[{'type':'status_code_equals','value':'200.0'}] | .0.value | field must be an integer.",
                "[{'type':'status_code_equals','value':2e2}] | .0.value | field must be an integer.",
                "[{'type':'status_code_equals','value':'0200'}] | .0.value | field must be an integer.",
                "[{'type':'status_code_equals','value':99}] | .0.value | field must be between 100 and 599.",
                "[{'type':'status_code_equals','value':600}] | .0.value | field must be between 100 and 599.",
                "[{'type':'status_code_equals','value':99999999999}] | .0.value | field must be between 100 and 599.",
                "[{'type':'response_time_under_ms','value':0}] | .0.value | field must be between 1 and 300000.",
                "[{'type':'response_time_under_ms','value':-5}] | .0.value | field must be between 1 and 300000.",
                "[{'type':'response_time_under_ms','value':300001}] | .0.value | field must be between 1 and 300000.",
                "[{'type':'body_contains','value':''}] | .0.value | field is required.",
                "[{'type':'body_contains','value':true}] | .0.value | field must be a string.",
                "[{'type':'body_contains','value':['x']}] | .0.value | field must be a string.",
                "[{'type':'header_equals','value':'x'}] | .0.name | field is required.",
                "[{'type':'header_equals','name':'a b','value':'x'}] | .0.name | field must be a valid header name.",
                "[{'type':'header_equals','name':'a'}] | .0.value | field is required.",
                "[{'type':'json_path_equals','value':'x'}] | .0.path | field is required.",
                "[{'type':'json_path_equals','path':'$.a'}] | .0.value | field is required.",
                "[{'type':'json_path_equals','path':'a','value':'x'}] | .0.path | field must be a valid JSONPath: expected $ at character 1.",
                "[{'type':'json_path_equals','path':'$[?match(@.a,\\\"(\\\")]','value':'x'}] | .0.path | field must be a valid JSONPath: no regular expression by RFC 9485, or too large a one at character 18.",
                "[{'type':'body_contains','value':'x','name':null}] | .0.name | field is unknown.",
                "[{'type':'body_contains','value':'x','name':'n'}] | .0.name | field is unknown.",
                "[{'type':'body_contains','value':'x'},{'type':'body_contains','value':'x','foo':1}] | .1.foo | field is unknown."
            })
    void aBadAssertionIsNamedWithItsPlace(String given, String place, String complaint) {
        read(given);

        String field = "success_assertions" + (place == null ? "" : place);
        String message = "The " + field.replace('_', ' ') + " " + complaint;
        assertThat(errors.body())
                .containsEntry("message", message)
                .extracting("errors")
                .hasToString("{" + field + "=[" + message + "]}");
    }

    @Test
    void anUnknownTypeIsNoChoice() {
        read("[{'type':'body_equals','value':'x'}]");

        assertThat(errors.message()).isEqualTo("The selected success assertions.0.type is invalid.");
    }

    @Test
    void tenAssertionsAreTheMost() {
        String one = "{'type':'body_contains','value':'x'}";

        assertThat(read("[" + (one + ",").repeat(9) + one + "]")).hasSize(10);
        assertThat(errors.isEmpty()).isTrue();
        read("[" + (one + ",").repeat(10) + one + "]");
        assertThat(errors.message()).isEqualTo("The success assertions field must not have more than 10 items.");
    }

    @Test
    void whatIsTooLongIsRefused() {
        read("[{'type':'body_contains','value':'" + "x".repeat(1_001) + "'},"
                + "{'type':'json_path_equals','value':'x','path':'$." + "x".repeat(1_000) + "'}]");

        assertThat(errors.count()).isEqualTo(2);
        assertThat(errors.message())
                .isEqualTo("The success assertions.0.value field must not be greater than 1000 characters."
                        + " (and 1 more error)");
    }

    private List<Assertion> read(String assertions) {
        FieldReader fields =
                new FieldReader(json.readBody("{\"success_assertions\": " + quoted(assertions) + "}"), "", errors);
        List<Assertion> read = SuccessAssertions.read(json, fields);
        fields.refuseUnknown();
        return read == null ? List.of() : read;
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
