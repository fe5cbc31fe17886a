package dev.posthaste.jsonpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What work costs, and that it has an end. */
class EvaluationTest {
    private static final int ALL = 1_000_000;
    private static final Json.Text LONG = new Json.Text("x".repeat(32));
    private static final Json.Text LONGER = new Json.Text("x".repeat(64));

    private final Evaluation evaluation = new Evaluation(LONG);

    @Test
    void aMillionUnitsAreSpentAndNoMore() {
        evaluation.spend(ALL);

        assertThatThrownBy(() -> evaluation.spend(1)).isInstanceOf(TooMuchWorkException.class);
    }

    @Test
    void anExpressionCostsItsLengthAndItsSizeOnce() {
        evaluation.regexp("a{2}");
        evaluation.regexp("a{2}");

        assertThat(spent(evaluation)).isEqualTo(1 + 4 + 10 * 2);
    }

    @Test
    void whatIsNoExpressionCostsItsLength() {
        assertThat(evaluation.regexp("((")).isEmpty();

        assertThat(spent(evaluation)).isEqualTo(1 + 2);
    }

    @Test
    void matchingCostsLengthTimesSize() {
        Regexp.compile("a{3}").orElseThrow().matches("b".repeat(8), true, evaluation);

        assertThat(spent(evaluation)).isEqualTo(1 + 8 * 3 / 4);
    }

    @Test
    void comparingCostsWhatTheShorterTextIsLong() {
        Relation.EQUAL.holds(LONG, LONG, evaluation);
        Relation.LESS.holds(LONGER, LONG, evaluation);

        assertThat(spent(evaluation)).isEqualTo(1 + 2 + 2);
    }

    @Test
    void theLengthOfATextCostsToo() {
        new Operand.Length(new Operand.Literal(LONGER)).value(LONG, evaluation);

        assertThat(spent(evaluation)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"$[*] | 4", "$[0] | 2", "$[7] | 1", "$[0,1] | 4", "$..[0] | 5", "$[?@] | 7", "$[?@ == 7] | 7"})
    void aNodeThatIsVisitedAndOneThatIsSelectedAreAUnitEach(String path, int cost) throws InvalidJsonPathException {
        Json document = new JsonReader().read("[1, 2, 3]").orElseThrow();
        Evaluation ofDocument = new Evaluation(document);

        new QueryParser(path).parse().select(document, ofDocument);

        assertThat(spent(ofDocument)).isEqualTo(cost);
    }

    private static int spent(Evaluation evaluation) {
        int left = 0;
        while (true) {
            try {
                evaluation.spend(1);
                left++;
            } catch (TooMuchWorkException e) {
                return ALL - left;
            }
        }
    }
}
