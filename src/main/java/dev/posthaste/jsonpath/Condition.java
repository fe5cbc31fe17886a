package dev.posthaste.jsonpath;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a filter asks of a node (RFC 9535, section 2.3.5). */
sealed interface Condition {
    boolean holds(Json current, Evaluation evaluation);

    /** {@code ||}. */
    record AnyOf(List<Condition> conditions) implements Condition {
        @Override
        public boolean holds(Json current, Evaluation evaluation) {
            return conditions.stream().anyMatch(condition -> condition.holds(current, evaluation));
        }
    }

    /** {@code &&}. */
    record AllOf(List<Condition> conditions) implements Condition {
        @Override
        public boolean holds(Json current, Evaluation evaluation) {
            return conditions.stream().allMatch(condition -> condition.holds(current, evaluation));
        }
    }

    /** {@code !}. */
    record Not(Condition condition) implements Condition {
        @Override
        public boolean holds(Json current, Evaluation evaluation) {
            return !condition.holds(current, evaluation);
        }
    }

    /** A query selects something. */
    record Exists(Query query) implements Condition {
        @Override
        public boolean holds(Json current, Evaluation evaluation) {
            return !query.select(current, evaluation).isEmpty();
        }
    }

    /** Two values stand in a relation. */
    record Comparison(Operand left, Relation relation, Operand right) implements Condition {
        @Override
        public boolean holds(Json current, Evaluation evaluation) {
            return relation.holds(left.value(current, evaluation), right.value(current, evaluation), evaluation);
        }
    }

    /**
     * {@code match()} and {@code search()}.
     *
     * @param compiled of a pattern that stands in the query, else null
     */
    record Matches(Operand text, Operand pattern, @Nullable Regexp compiled, boolean isWhole) implements Condition {
        @Override
        public boolean holds(Json current, Evaluation evaluation) {
            if (!(text.value(current, evaluation) instanceof Json.Text string)) {
                return false;
            }
            Optional<Regexp> regexp = compiled == null ? regexp(current, evaluation) : Optional.of(compiled);
            return regexp.isPresent() && regexp.get().matches(string.text(), isWhole, evaluation);
        }

        private Optional<Regexp> regexp(Json current, Evaluation evaluation) {
            return pattern.value(current, evaluation) instanceof Json.Text string
                    ? evaluation.regexp(string.text())
                    : Optional.empty();
        }
    }
}
