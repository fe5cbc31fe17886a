package dev.posthaste.oneshots;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** One-shots for tests. */
public final class Shots {
    /** What they are of, if a test does not care. */
    public static final String KIND = "work";

    private Shots() {}

    public static OneShot due(String group, String name) {
        return in(Duration.ZERO, group, name);
    }

    public static OneShot in(Duration delay, String group, String name) {
        return new OneShot(new OneShotKey(group, name), KIND, Instant.now().plus(delay), 5);
    }

    public static OneShot prioritized(int priority, String group, String name) {
        return new OneShot(new OneShotKey(group, name), KIND, Instant.now(), priority);
    }

    public static OneShot ofKind(String kind, String group, String name) {
        return new OneShot(new OneShotKey(group, name), kind, Instant.now(), 5);
    }

    public static List<OneShot> due(String group, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> due(group, "j" + group + "-" + i))
                .toList();
    }
}
