package dev.posthaste.faults;

import java.util.ArrayList;
import java.util.List;

/** What a test has opened, closed in the reverse order, also when its beginning failed half-way. */
final class Opened {
    private final List<AutoCloseable> all = new ArrayList<>();

    <T extends AutoCloseable> T add(T one) {
        all.add(one);
        return one;
    }

    void close() throws Exception {
        for (int i = all.size() - 1; i >= 0; i--) {
            all.get(i).close();
        }
    }
}
