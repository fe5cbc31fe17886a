package dev.posthaste.chaos;

import java.util.function.Consumer;

/** Nothing comes before it is due: the receiver's clock and the database's are one machine's. */
final class NothingEarly implements Rule {
    @Override
    public String name() {
        return "nothing early";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        for (JobRow job : evidence.history().end().jobs()) {
            evidence.sendingsOf(job.id()).stream()
                    .filter(sending -> sending.at().isBefore(job.due()))
                    .forEach(early -> breaches.accept(job + " came at " + early.at()));
        }
    }
}
