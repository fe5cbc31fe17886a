package dev.posthaste.chaos;

import java.util.function.Consumer;

/** One thing that was promised. Stateless. */
interface Rule {
    /** What is promised, in a few words. */
    String name();

    /** Tells each breach, in a sentence with the ids to look for. */
    void check(Evidence evidence, Consumer<String> breaches);
}
