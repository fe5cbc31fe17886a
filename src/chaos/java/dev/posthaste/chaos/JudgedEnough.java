package dev.posthaste.chaos;

import java.time.Duration;
import java.util.function.Consumer;

/** A run in which faults and a busy machine excuse nearly everything has said nothing of the server. */
final class JudgedEnough implements Rule {
    @Override
    public String name() {
        return "judged enough";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        Interval run = evidence.history().run();
        long all = Math.max(1, Duration.between(run.from(), run.until()).toMillis());
        long excused =
                evidence.windows().everywhere().within(run.from(), run.until()).toMillis();
        long percent = 100 * (all - excused) / all;
        int least = evidence.allowances().judgedPercent();
        if (percent < least) {
            breaches.accept("This run was not judged: lateness could be for " + percent + " % of its time only, and "
                    + least + " % is the least. Run it where less else is done.");
        }
    }
}
