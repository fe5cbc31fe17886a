package dev.posthaste.jsonpath;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Selects among the children of a node (RFC 9535, section 2.3). */
sealed interface Selector {
    void select(Json node, Evaluation evaluation, List<Json> found);

    /** The member of a name. */
    record Name(String name) implements Selector {
        @Override
        public void select(Json node, Evaluation evaluation, List<Json> found) {
            if (node instanceof Json.Members members) {
                Json member = members.byName().get(name);
                if (member != null) {
                    found.add(member);
                }
            }
        }
    }

    /** All children. */
    record Wildcard() implements Selector {
        @Override
        public void select(Json node, Evaluation evaluation, List<Json> found) {
            found.addAll(node.children());
        }
    }

    /** The element at an index; a negative one counts from the end. */
    record Index(long index) implements Selector {
        @Override
        public void select(Json node, Evaluation evaluation, List<Json> found) {
            if (node instanceof Json.Elements elements) {
                int size = elements.list().size();
                long place = index < 0 ? index + size : index;
                if (place >= 0 && place < size) {
                    found.add(elements.list().get((int) place));
                }
            }
        }
    }

    /** A range of elements, its end excluded. */
    record Slice(@Nullable Long start, @Nullable Long end, long step) implements Selector {
        @Override
        public void select(Json node, Evaluation evaluation, List<Json> found) {
            if (!(node instanceof Json.Elements elements) || step == 0) {
                return;
            }
            int size = elements.list().size();
            boolean isForward = step > 0;
            long first = bound(start, isForward ? 0 : size - 1L, size);
            long last = bound(end, isForward ? size : -1L - size, size);
            if (isForward) {
                long from = Math.min(Math.max(first, 0), size);
                for (long i = from; i < Math.min(Math.max(last, 0), size); i += step) {
                    found.add(elements.list().get((int) i));
                }
            } else {
                long from = Math.min(Math.max(first, -1), size - 1L);
                for (long i = from; i > Math.min(Math.max(last, -1), size - 1L); i += step) {
                    found.add(elements.list().get((int) i));
                }
            }
        }

        /** A default is given as it would be written, so that both are normalized alike. */
        private static long bound(@Nullable Long given, long otherwise, int size) {
            long bound = given == null ? otherwise : given;
            return bound < 0 ? bound + size : bound;
        }
    }

    /** The children for which a condition holds. */
    record Filter(Condition condition) implements Selector {
        @Override
        public void select(Json node, Evaluation evaluation, List<Json> found) {
            for (Json child : node.children()) {
                evaluation.spend(1);
                if (condition.holds(child, evaluation)) {
                    found.add(child);
                }
            }
        }
    }
}
