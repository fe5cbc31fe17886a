package dev.posthaste.quartz;

import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.FiringPort;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.sql.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Remembers what was fired and when, and completes it by group commit. */
public final class RecordingPort implements FiringPort {
    /** What happens between the firing's begin and its completion. */
    public interface Behaviour {
        void run(ClaimedOneShot firing) throws InterruptedException;
    }

    /**
     * A firing.
     *
     * @param at by the database's clock, as the node knows it
     */
    public record Fired(OneShotKey key, Instant at, Instant due) {
        public Duration lateness() {
            return Duration.between(due, at);
        }
    }

    private final Behaviour behaviour;
    private final GroupCommit<ClaimedOneShot, Boolean> completions;
    private final DatabaseClock clock;
    private final Queue<Fired> fired = new ConcurrentLinkedQueue<>();
    private final Queue<OneShotKey> fenced = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Error> failure = new AtomicReference<>();
    private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> maxRunning = new ConcurrentHashMap<>();

    public RecordingPort(Behaviour behaviour, GroupCommit<ClaimedOneShot, Boolean> completions, DatabaseClock clock) {
        this.behaviour = behaviour;
        this.completions = completions;
        this.clock = clock;
    }

    /** Has the next claim that takes something fail in its transaction. */
    public void failNextPreparation(Error error) {
        failure.set(error);
    }

    /** As rows are that somebody has written what cannot be read into, or that the database itself cannot read. */
    private static void refuseDamaged(Connection connection, String name) throws SQLException {
        if (name.startsWith("unreadable")) {
            throw new IllegalStateException("a test's damaged row");
        }
        if (name.startsWith("refused")) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("select 1 / 0");
            }
        }
    }

    @Override
    public boolean isFaultOfOne(Exception failure) {
        return SqlFailure.isOfTheData(failure);
    }

    @Override
    public Map<OneShotKey, ?> prepare(Connection connection, List<ClaimedOneShot> claimed) throws SQLException {
        Error error = claimed.isEmpty() ? null : failure.getAndSet(null);
        if (error != null) {
            throw error;
        }
        for (ClaimedOneShot firing : claimed) {
            refuseDamaged(connection, firing.key().name());
        }
        Map<OneShotKey, String> prepared = new HashMap<>();
        claimed.forEach(firing -> prepared.put(firing.key(), firing.key().name()));
        return prepared;
    }

    @Override
    public CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook)
            throws InterruptedException {
        if (!shot.key().name().equals(prepared)) {
            throw new IllegalStateException("fired with what was prepared for " + prepared);
        }
        fired.add(new Fired(shot.key(), clock.instant(), shot.due()));
        String group = shot.key().group();
        int now = count(running, group).incrementAndGet();
        count(maxRunning, group).accumulateAndGet(now, Math::max);
        try {
            behaviour.run(shot);
        } finally {
            count(running, group).decrementAndGet();
        }
        return completions.enqueue(shot).thenAccept(isOwned -> {
            if (!isOwned) {
                fenced.add(shot.key());
            }
        });
    }

    @Override
    public Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned) {
        return abandoned.stream()
                .map(ClaimedOneShot::key)
                .filter(key -> key.name().startsWith("never again"))
                .collect(Collectors.toSet());
    }

    public List<Fired> fired() {
        return List.copyOf(fired);
    }

    public List<Fired> firedOf(String group) {
        return fired.stream().filter(one -> one.key().group().equals(group)).toList();
    }

    public List<String> names() {
        return fired.stream().map(one -> one.key().name()).toList();
    }

    public int count() {
        return fired.size();
    }

    public List<OneShotKey> fenced() {
        return List.copyOf(fenced);
    }

    public int running(String group) {
        return count(running, group).get();
    }

    public int maxRunning(String group) {
        return count(maxRunning, group).get();
    }

    private static AtomicInteger count(Map<String, AtomicInteger> counts, String group) {
        return counts.computeIfAbsent(group, ignored -> new AtomicInteger());
    }
}
