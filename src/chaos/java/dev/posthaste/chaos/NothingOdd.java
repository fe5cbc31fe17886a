package dev.posthaste.chaos;

import java.util.function.Consumer;

/** No answer, end of a process or line of a log that there should not be, whatever the faults. */
final class NothingOdd implements Rule {
    @Override
    public String name() {
        return "nothing odd";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        evidence.history().oddities().forEach(breaches);
    }
}
