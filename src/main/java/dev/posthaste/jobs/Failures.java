package dev.posthaste.jobs;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Why attempts have failed, and where: counted as they are read. Not thread-safe. */
public final class Failures {
    private static final int MAX_HOSTS = 100;

    private final Instant since;
    private final Map<FailureReason, Long> reasons = new EnumMap<>(FailureReason.class);
    private final Map<String, Host> hosts = new HashMap<>();
    private long runs;

    Failures(Instant since) {
        this.since = since;
    }

    /**
     * A host that failed.
     *
     * @param lastAt when it did last
     */
    public record Host(String name, long count, Instant lastAt) {
        private Host and(Host other) {
            return new Host(name, count + other.count, lastAt.isAfter(other.lastAt) ? lastAt : other.lastAt);
        }
    }

    /** How often a reason was the one. */
    public record Reason(FailureReason reason, long count) {}

    void add(FailureReason reason, String host, Instant at) {
        runs++;
        reasons.merge(reason, 1L, Long::sum);
        hosts.merge(host, new Host(host, 1, at), Host::and);
    }

    /** Nothing older was looked at. */
    public Instant since() {
        return since;
    }

    /** How many were looked at. */
    public long runs() {
        return runs;
    }

    /** The most frequent first. */
    public List<Reason> reasons() {
        return reasons.entrySet().stream()
                .map(entry -> new Reason(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Reason::count).reversed())
                .toList();
    }

    /** The most frequent first, a hundred at most. */
    public List<Host> hosts() {
        return hosts.values().stream()
                .sorted(Comparator.comparingLong(Host::count).reversed().thenComparing(Host::name))
                .limit(MAX_HOSTS)
                .toList();
    }
}
