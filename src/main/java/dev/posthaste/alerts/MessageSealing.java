package dev.posthaste.alerts;

import dev.posthaste.alerts.AlertMessageDao.Due;
import dev.posthaste.alerts.AlertMessageDao.Earlier;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.recurring.CronDao;
import dev.posthaste.sql.OneTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles what a message says, when it is about to be sent: what was counted by then is in it, what is counted from then on
 * is in the next one. A few at a time, so that claims and outcomes find connections. Thread-safe.
 *
 * <p>Of one cron or queue a channel has one settled message that is not delivered at most: one that waits for its next try
 * when another is to leave is told by that one and is no more. What is not taken for long is given up, else a receiver that
 * refuses large messages would get ever larger ones and no other.
 */
public final class MessageSealing {
    private static final Logger LOG = LoggerFactory.getLogger(MessageSealing.class);
    private static final int AT_ONCE = 2;

    /** Until a try that is in flight has most likely ended. */
    private static final Duration WHILE_IN_FLIGHT = Duration.ofSeconds(5);

    private final DataSource database;
    private final OneShots oneShots;
    private final Duration window;
    private final Duration longestTried;
    private final CronDao crons = new CronDao();
    private final AlertDao alerts = new AlertDao();
    private final AlertMessageDao messages = new AlertMessageDao();
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /**
     * Each sealing is a transaction of its own.
     *
     * @param window within which a channel gets one message of a cron or queue
     * @param longestTried for how long what was not taken is taken in by the next message; after that it is given up
     */
    public MessageSealing(DataSource database, OneShots oneShots, Duration window, Duration longestTried) {
        this.database = database;
        this.oneShots = oneShots;
        this.window = window;
        this.longestTried = longestTried;
    }

    /** What is to be done with a message that is due. */
    public sealed interface Sealed {
        /** It is to be sent, with the text that it has from now on. */
        record ToSend(Due message) implements Sealed {}

        /** Nothing is: it was settled meanwhile, or its channel takes no messages any more and it is taken away. */
        record Nothing() implements Sealed {}

        /** The one before has just arrived or is being sent: this one gathers until then, by the database's clock. */
        record Later(Instant until) implements Sealed {}
    }

    /** Settles it, if nobody has done so before. */
    public Sealed seal(Due message) throws SQLException, InterruptedException {
        Alertable alertable = message.alertable();
        if (message.text() != null || alertable == null) {
            return new Sealed.ToSend(message);
        }
        turns.acquire();
        try (Connection connection = database.getConnection()) {
            return OneTransaction.on(connection, open -> seal(open, message.id(), alertable));
        } finally {
            turns.release();
        }
    }

    private Sealed seal(Connection connection, long id, Alertable alertable) throws SQLException {
        alerts.lock(connection, alertable);
        Due known = messages.load(connection, List.of(id)).get(id);
        if (known == null) {
            return new Sealed.Nothing();
        }
        if (known.text() != null) {
            return new Sealed.ToSend(known);
        }
        if (!known.isActive()) {
            // Left there it would gather what nobody sends.
            messages.drop(connection, id);
            return new Sealed.Nothing();
        }
        Optional<Instant> later = afterThoseBefore(connection, known, alertable);
        if (later.isPresent()) {
            return new Sealed.Later(later.get());
        }
        List<ToldAlert> told = messages.parts(connection, id);
        if (told.isEmpty()) {
            messages.drop(connection, id);
            return new Sealed.Nothing();
        }
        MessageText text = MessageText.of(known.type(), told, isThere(connection, alertable));
        messages.seal(connection, id, text);
        return new Sealed.ToSend(known.sealed(text));
    }

    /** What a call shows of a queue's job goes with the job, and not with the queue. */
    private boolean isThere(Connection connection, Alertable alertable) throws SQLException {
        return alertable.type() != AlertableType.CRON || crons.isThere(connection, alertable.id());
    }

    /** Takes in what waits to be tried again; until when this one has to wait itself, empty for not at all. */
    private Optional<Instant> afterThoseBefore(Connection connection, Due message, Alertable alertable)
            throws SQLException {
        List<Earlier> earlier = messages.earlier(connection, message.channelId(), alertable, window);
        Optional<Instant> heldUp =
                earlier.stream().flatMap(one -> one.holdsUpUntil().stream()).max(Instant::compareTo);
        if (heldUp.isPresent()) {
            return heldUp;
        }
        Map<OneShotKey, Earlier> waiting = earlier.stream()
                .filter(Earlier::isPending)
                .collect(Collectors.toMap(
                        one -> Triggers.keyOfAlert(message.channelId(), one.id()), Function.identity()));
        Set<OneShotKey> taken = waiting.isEmpty() ? Set.of() : oneShots.remove(connection, waiting.keySet());
        List<Earlier> free = waiting.entrySet().stream()
                .filter(one -> taken.contains(one.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        takeIn(connection, message, ids(free, one -> !one.isTriedFor(longestTried)));
        giveUp(connection, message, ids(free, one -> one.isTriedFor(longestTried)));
        return taken.size() == waiting.size()
                ? Optional.empty()
                : Optional.of(earlier.get(0).now().plus(WHILE_IN_FLIGHT));
    }

    private static List<Long> ids(List<Earlier> all, Predicate<Earlier> which) {
        return all.stream().filter(which).map(Earlier::id).toList();
    }

    private void takeIn(Connection connection, Due message, List<Long> waiting) throws SQLException {
        if (!waiting.isEmpty()) {
            messages.join(connection, message.id(), waiting);
            LOG.info("{} also tells what {} was to, which was not taken yet.", message.named(), numbered(waiting));
        }
    }

    private void giveUp(Connection connection, Due message, List<Long> waiting) throws SQLException {
        if (!waiting.isEmpty()) {
            messages.giveUp(connection, waiting);
            LOG.warn(
                    "{} does not tell what {} was to: that has not been taken for more than {} minutes and is given up.",
                    message.named(),
                    numbered(waiting),
                    longestTried.toMinutes());
        }
    }

    private static String numbered(List<Long> ids) {
        return ids.stream().map(id -> "message " + id).collect(Collectors.joining(" and "));
    }
}
