package dev.posthaste.quartz;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** One-shots for tests. */
final class Shots {
    private Shots() {}

    static OneShot due(String group, String name) {
        return in(Duration.ZERO, group, name);
    }

    static OneShot in(Duration delay, String group, String name) {
        return new OneShot(
                new OneShotKey(group, name), TestNode.KIND, Instant.now().plus(delay), 5);
    }

    static OneShot prioritized(int priority, String group, String name) {
        return new OneShot(new OneShotKey(group, name), TestNode.KIND, Instant.now(), priority);
    }

    static OneShot ofKind(String kind, String group, String name) {
        return new OneShot(new OneShotKey(group, name), kind, Instant.now(), 5);
    }

    static List<OneShot> due(String group, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> due(group, "j" + group + "-" + i))
                .toList();
    }
}
