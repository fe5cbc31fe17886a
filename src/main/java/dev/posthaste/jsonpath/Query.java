package dev.posthaste.jsonpath;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query, the whole or one within a filter.
 *
 * @param isAbsolute whether it starts from the document ({@code $}), not from the current node ({@code @})
 */
record Query(boolean isAbsolute, List<Segment> segments) {
    List<Json> select(Json current, Evaluation evaluation) {
        List<Json> nodes = List.of(isAbsolute ? evaluation.root() : current);
        for (Segment segment : segments) {
            nodes = segment.select(nodes, evaluation);
        }
        return nodes;
    }

    /** Whether it can never select more than one node. */
    boolean isSingular() {
        return segments.stream().allMatch(Segment::isSingular);
    }

    /** The only node, null when there is none or there are several. */
    @Nullable
    Json only(Json current, Evaluation evaluation) {
        List<Json> nodes = select(current, evaluation);
        return nodes.size() == 1 ? nodes.get(0) : null;
    }
}
