package dev.posthaste.oneshots;

import dev.posthaste.sql.StorableText;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator of one node, line by line, what becomes of the one-shots of a few groups. Nobody is followed nearly
 * always: whoever has something to tell asks first, which reads one field, and makes no text for nobody. Thread-safe.
 */
public final class Trace {
    /** The logger of the lines, which are at INFO: by its own name, so that no other level has to be changed. */
    public static final String LOGGER = "dev.posthaste.trace";

    private static final Logger LOG = LoggerFactory.getLogger(Trace.class);

    private static final long SAME_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier nanos;
    private final Consumer<String> lines;
    private final AtomicReference<@Nullable Following> following = new AtomicReference<>();

    /** One that writes to the log. */
    public Trace() {
        this(System::nanoTime, LoggerFactory.getLogger(LOGGER)::info);
    }

    /**
     * One for tests.
     *
     * @param nanos a steady clock
     */
    Trace(LongSupplier nanos, Consumer<String> lines) {
        this.nanos = nanos;
        this.lines = lines;
    }

    /**
     * Who is followed.
     *
     * @param name begins each line, whatever characters it has
     * @param groups by name, with what one of their one-shots is called, such as "job"
     * @param ids the number that a one-shot of the groups is known by
     */
    public record Followed(String name, Map<String, String> groups, ToLongFunction<OneShotKey> ids) {
        public Followed {
            groups = Map.copyOf(groups);
        }
    }

    private static final class Following {
        private final Followed who;
        private final long end;
        private final Map<String, Said> ofGroups = new ConcurrentHashMap<>();

        Following(Followed who, long end) {
            this.who = who;
            this.end = end;
        }
    }

    private record Said(String reason, long at) {}

    /**
     * Follows these from now on, and nobody else.
     *
     * @param atMost after which it ends by itself
     * @return the name of who was followed until now; null if nobody was
     */
    public @Nullable String follow(Followed who, Duration atMost) {
        String before = end();
        following.set(new Following(who, nanos.getAsLong() + atMost.toNanos()));
        return before;
    }

    /** Ends it; returns the name of who was followed, null if nobody was. */
    public @Nullable String end() {
        Following was = followed();
        following.set(null);
        return was == null ? null : was.who.name();
    }

    /** Whether anybody is followed. */
    public boolean isOn() {
        return following.get() != null && followed() != null;
    }

    /** Whether the group is: only then is there something to be said of it. */
    public boolean follows(String group) {
        Following now = following.get();
        return now != null && now.who.groups().containsKey(group) && followed() != null;
    }

    /** Says what has become of a firing, if it is followed; never fails. */
    public void say(ClaimedOneShot shot, Supplier<String> what) {
        say(shot.key(), now -> named(now, shot.key()) + ", claim " + shot.entryId() + ": " + what.get());
    }

    /** Says the same of each of the firings that is followed. */
    void sayOfEach(Collection<ClaimedOneShot> shots, String what) {
        if (isOn()) {
            shots.forEach(shot -> say(shot, () -> what));
        }
    }

    /** Says what has become of a one-shot that is not claimed. */
    void say(OneShotKey key, Supplier<String> what) {
        say(key, now -> named(now, key) + ": " + what.get());
    }

    private void say(OneShotKey key, Function<Following, String> what) {
        Following now = followed();
        if (now != null && now.who.groups().containsKey(key.group())) {
            write(now, what);
        }
    }

    /**
     * Says how it stands with a whole group: once for each time that the reason changes, and now and then while it does not.
     *
     * @param reason the same word for the same reason
     */
    void sayOfGroup(String group, String reason, String what) {
        Following now = followed();
        String kind = now == null ? null : now.who.groups().get(group);
        if (now == null || kind == null) {
            return;
        }
        long at = nanos.getAsLong();
        Said before = now.ofGroups.get(group);
        if (before == null || !before.reason().equals(reason) || at - before.at() >= SAME_AGAIN_NANOS) {
            now.ofGroups.put(group, new Said(reason, at));
            write(now, any -> kind + "s: " + what);
        }
    }

    /** The groups that are followed, in the order of their names. */
    List<String> groups() {
        Following now = followed();
        Set<String> groups = now == null ? Set.of() : now.who.groups().keySet();
        return groups.stream().sorted().toList();
    }

    private static String named(Following now, OneShotKey key) {
        return now.who.groups().get(key.group()) + " " + now.who.ids().applyAsLong(key);
    }

    /** Null for nobody, and from the end of the time on, which is said. */
    private @Nullable Following followed() {
        Following now = following.get();
        if (now == null || nanos.getAsLong() - now.end < 0) {
            return now;
        }
        if (following.compareAndSet(now, null)) {
            write(now, any -> "the time is over, and nothing more is told");
        }
        return null;
    }

    /**
     * Names and messages are others': none of their line breaks may forge a line. A line that cannot be written is lost, and
     * changes nothing of what it tells.
     */
    @SuppressWarnings("IllegalCatch")
    private void write(Following now, Function<Following, String> what) {
        try {
            lines.accept(StorableText.line("Trace " + now.who.name() + ", " + what.apply(now)));
        } catch (RuntimeException | Error e) {
            LOG.debug("A line of a trace could not be written", e);
        }
    }
}
