package dev.posthaste.bench;

import java.util.List;

/** Something that can be measured by itself, with {@code --only}. */
interface Measure {
    /** The name for the command line and the result's file. */
    String name();

    /** Measures, and leaves nothing running behind it. */
    List<Row> measure(Laboratory laboratory) throws Exception;

    /** Whether it runs only when it is named, because the rest takes a quarter of an hour already. */
    default boolean runsOnlyWhenNamed() {
        return false;
    }
}
