package dev.posthaste.jsonpath;

import org.jspecify.annotations.Nullable;

/** What stands for one value in a filter. Null is the RFC's {@code Nothing}, which is not JSON's null. */
sealed interface Operand {
    @Nullable
    Json value(Json current, Evaluation evaluation);

    /** A value that stands in the query. */
    record Literal(Json literal) implements Operand {
        @Override
        public Json value(Json current, Evaluation evaluation) {
            return literal;
        }
    }

    /** The only node of a query, {@code value()} included. */
    record Only(Query query) implements Operand {
        @Override
        public @Nullable Json value(Json current, Evaluation evaluation) {
            return query.only(current, evaluation);
        }
    }

    /** {@code count()}. */
    record Count(Query query) implements Operand {
        @Override
        public Json value(Json current, Evaluation evaluation) {
            return new Json.Numeral(
                    String.valueOf(query.select(current, evaluation).size()));
        }
    }

    /** {@code length()}: characters, elements or members. */
    record Length(Operand of) implements Operand {
        @Override
        public @Nullable Json value(Json current, Evaluation evaluation) {
            Json value = of.value(current, evaluation);
            if (value instanceof Json.Text string) {
                evaluation.spend(string.text().length() / Relation.CHARACTERS_A_UNIT);
                return new Json.Numeral(String.valueOf(
                        string.text().codePointCount(0, string.text().length())));
            }
            return value instanceof Json.Members || value instanceof Json.Elements
                    ? new Json.Numeral(String.valueOf(value.children().size()))
                    : null;
        }
    }
}
