package dev.posthaste.chaos;

import java.util.function.Consumer;

/** In the end every node tells the statistics that the attempts make: no fault excuses one that is not counted, or twice. */
final class CountersAreTrue implements Rule {
    @Override
    public String name() {
        return "counters are true";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        EndState end = evidence.history().end();
        Counters due = Counters.ofAttempts(end.jobs());
        for (Counters told : end.counters()) {
            if (!told.equals(due)) {
                breaches.accept("A node tells " + told + ", and by the attempts it is " + due + ".");
            }
        }
    }
}
