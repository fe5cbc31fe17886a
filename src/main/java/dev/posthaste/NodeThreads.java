package dev.posthaste;

import dev.posthaste.ops.NeededThreads;
import dev.posthaste.sql.ThreadEndedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The threads of a node's scheduler and deliveries, and the writers of its group commits. */
record NodeThreads(List<NeededThreads> parts, List<BooleanSupplier> writers) implements NeededThreads {
    @Override
    public List<String> ended() {
        List<String> ended = new ArrayList<>();
        parts.forEach(part -> ended.addAll(part.ended()));
        for (BooleanSupplier isHeldUp : writers) {
            try {
                boolean unused = isHeldUp.getAsBoolean();
            } catch (ThreadEndedException e) {
                ended.add(e.thread());
            }
        }
        return ended;
    }
}
