package dev.posthaste.alerts;

import dev.posthaste.oneshots.OneShot;
import dev.posthaste.recurring.HeldCron;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The one place where it is noted that users are to be told something, in the transaction that records what has happened.
 * Thread-safe: holds no state.
 */
public final class Crossings {
    /** Within it alerts of one kind and one queue or cron are one, and a channel is told of these once. */
    public static final Duration WINDOW = Duration.ofMinutes(1);

    private final AlertDao alerts;
    private final AlertMessageDao messages;
    private final Duration window;

    /** @param window {@link #WINDOW}, unless it is for a test */
    public Crossings(Duration window) {
        this.alerts = new AlertDao();
        this.messages = new AlertMessageDao();
        this.window = window;
    }

    /** Within it alerts of one kind and one queue or cron are one. */
    public Duration window() {
        return window;
    }

    /**
     * What was noted.
     *
     * @param crossings how many there were
     * @param messages one-shots of new messages, which the caller has to store in the same transaction
     */
    public record Noted(long crossings, List<OneShot> messages) {
        static final Noted NOTHING = new Noted(0, List.of());
    }

    /**
     * Notes what follows from these ends. Where nothing does, no statement is executed. Else the rows of what is alerted of
     * stay locked until the transaction ends: whoever locks crons does so before.
     *
     * @param crons those of the ends, which the transaction holds, as they are before it records the ends
     * @param ends in the order in which they happened
     * @param failures of jobs of queues that have alerts on, likewise
     */
    public Noted note(
            Connection connection, Map<Long, HeldCron> crons, List<ExecutionEnd> ends, List<JobFailure> failures)
            throws SQLException {
        Collection<Crossing> crossings = crossings(crons, ends, failures);
        if (crossings.isEmpty()) {
            return Noted.NOTHING;
        }
        List<AlertDao.Counted> counted = alerts.count(connection, crossings, window);
        long sum = crossings.stream().mapToLong(Crossing::count).sum();
        return new Noted(sum, messages.gather(connection, counted, window));
    }

    /** Each kind of each topic once, in the order of their last times. */
    private static Collection<Crossing> crossings(
            Map<Long, HeldCron> crons, List<ExecutionEnd> ends, List<JobFailure> failures) {
        Map<Long, CronAlarm> alarms = new HashMap<>();
        for (ExecutionEnd end : ends) {
            HeldCron cron = crons.get(end.cronId());
            if (cron != null) {
                alarms.computeIfAbsent(cron.id(), any -> new CronAlarm(cron)).ended(end);
            }
        }
        List<Crossing> all = new ArrayList<>();
        alarms.values().forEach(alarm -> all.addAll(alarm.crossings()));
        failures.forEach(failure -> failure.crossings().forEach(all::add));
        Map<Key, Crossing> together = new LinkedHashMap<>();
        for (Crossing one : all) {
            Key key = new Key(one.alertable(), one.type());
            Crossing before = together.remove(key);
            together.put(key, before == null ? one : before.and(one));
        }
        return together.values();
    }

    private record Key(Alertable alertable, AlertType type) {}
}
