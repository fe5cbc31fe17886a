package dev.posthaste.alerts;

import dev.posthaste.alerts.AlertMessageDao.Due;
import dev.posthaste.alerts.AlertMessageDao.Earlier;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles what a message says, when it is about to be sent: what was counted by then is in it, what is counted from then on
 * is in the next one. A few at a time, so that claims and outcomes find connections. Thread-safe.
 *
 * <p>Of one cron or queue a channel has one settled message that is not delivered at most: one that waits for its next try
 * when another is to leave is told by that one and is no more.
 */
public final class MessageSealing {
    private static final Logger LOG = LoggerFactory.getLogger(MessageSealing.class);
    private static final int AT_ONCE = 2;

    /** Until a try that is in flight has most likely ended. */
    private static final Duration WHILE_IN_FLIGHT = Duration.ofSeconds(5);

    private final DataSource database;
    private final OneShots oneShots;
    private final Duration window;
    private final AlertDao alerts = new AlertDao();
    private final AlertMessageDao messages = new AlertMessageDao();
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /**
     * Each sealing is a transaction of its own.
     *
     * @param window within which a channel gets one message of a cron or queue
     */
    public MessageSealing(DataSource database, OneShots oneShots, Duration window) {
        this.database = database;
        this.oneShots = oneShots;
        this.window = window;
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
        MessageText text = MessageText.of(known.type(), told);
        messages.seal(connection, id, text);
        return new Sealed.ToSend(known.sealed(text));
    }

    /** Takes in what waits to be tried again; until when this one has to wait itself, empty for not at all. */
    private Optional<Instant> afterThoseBefore(Connection connection, Due message, Alertable alertable)
            throws SQLException {
        List<Earlier> earlier = messages.earlier(connection, message.channelId(), alertable, window);
        Map<OneShotKey, Long> waiting = earlier.stream()
                .filter(Earlier::isPending)
                .collect(Collectors.toMap(one -> Triggers.keyOfAlert(message.channelId(), one.id()), Earlier::id));
        Set<OneShotKey> taken = waiting.isEmpty() ? Set.of() : oneShots.remove(connection, waiting.keySet());
        List<Long> joined = waiting.entrySet().stream()
                .filter(one -> taken.contains(one.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (!joined.isEmpty()) {
            messages.join(connection, message.id(), joined);
            LOG.info("Alert message {} tells what {} were to, which were not taken yet", message.id(), joined);
        }
        Stream<Instant> arrived = earlier.stream().flatMap(one -> one.holdsUpUntil().stream());
        Stream<Instant> inFlight = joined.size() == waiting.size()
                ? Stream.empty()
                : Stream.of(earlier.get(0).now().plus(WHILE_IN_FLIGHT));
        return Stream.concat(arrived, inFlight).max(Instant::compareTo);
    }
}
