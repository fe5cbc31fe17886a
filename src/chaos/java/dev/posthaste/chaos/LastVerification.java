package dev.posthaste.chaos;

import dev.posthaste.system.Verified;
import java.util.ArrayList;
import java.util.List;

/** Has each node look whether all that is kept goes together: none finds anything, or has since its start. */
final class LastVerification {
    private static final String NOTHING =
            "Mended " + Verified.NOTHING + "; since this node started " + Verified.NOTHING + ".";

    private LastVerification() {}

    /** What was found, in a sentence for each node that has found something. */
    static List<String> of(Cluster cluster) {
        List<String> found = new ArrayList<>();
        for (ChaosNode node : cluster.nodes()) {
            String answer = Verified.byAdminPort(node.process().adminPort());
            if (!answer.equals(NOTHING)) {
                found.add("Node " + node.index() + " has verified: " + answer);
            }
        }
        return found;
    }
}
