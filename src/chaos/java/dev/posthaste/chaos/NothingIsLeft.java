package dev.posthaste.chaos;

import java.util.function.Consumer;

/** When all is healed and drained no row waits, is held or counts what is not there. */
final class NothingIsLeft implements Rule {
    @Override
    public String name() {
        return "nothing is left";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        evidence.history().end().leftovers().forEach(breaches);
    }
}
