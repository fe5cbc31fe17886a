package dev.posthaste.jsonpath;

import java.util.ArrayList;
import java.util.List;

/** A step of a query, to children or to all descendants. */
record Segment(boolean isDescendant, List<Selector> selectors) {
    List<Json> select(List<Json> nodes, Evaluation evaluation) {
        List<Json> found = new ArrayList<>();
        for (Json node : nodes) {
            if (isDescendant) {
                selectBelow(node, evaluation, found);
            } else {
                selectFrom(node, evaluation, found);
            }
        }
        return found;
    }

    boolean isSingular() {
        return !isDescendant
                && selectors.size() == 1
                && (selectors.get(0) instanceof Selector.Name || selectors.get(0) instanceof Selector.Index);
    }

    private void selectBelow(Json node, Evaluation evaluation, List<Json> found) {
        selectFrom(node, evaluation, found);
        for (Json child : node.children()) {
            selectBelow(child, evaluation, found);
        }
    }

    private void selectFrom(Json node, Evaluation evaluation, List<Json> found) {
        for (Selector selector : selectors) {
            int before = found.size();
            selector.select(node, evaluation, found);
            evaluation.spend(1L + found.size() - before);
        }
    }
}
