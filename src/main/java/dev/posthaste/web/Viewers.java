package dev.posthaste.web;

import dev.posthaste.sql.SqlFailure;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.Admission;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Authentication;
import dev.posthaste.web.http.EventStream;
import dev.posthaste.web.http.ServerEvent;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who look at the overview for longer: each of their streams is sent every new snapshot. A round of that asks once who may
 * still see one, and reads a team's once, however many they are. Teams are read beside each other, so that one whose snapshot
 * takes long or fails has its own viewers wait or end, and no others. Thread-safe.
 */
final class Viewers implements LifeCycle.Listener {
    /** From one round to the next. */
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Viewers.class);

    private final Snapshots snapshots;
    private final Authentication authentication;
    private final Semaphore places;
    private final Set<Viewer> open = ConcurrentHashMap.newKeySet();
    private final Set<Snapshots.Key> underWay = ConcurrentHashMap.newKeySet();
    private @Nullable Future<?> rounds;
    private volatile boolean isStopping;

    private record Viewer(Admission admission, EventStream stream) {
        Snapshots.Key snapshot() {
            return keyOf(admission.token());
        }
    }

    /** @param max so many may look at a time; the others ask again and again */
    Viewers(Snapshots snapshots, Authentication authentication, int max) {
        this.snapshots = snapshots;
        this.authentication = authentication;
        this.places = new Semaphore(max);
    }

    /** Of what a token may see. */
    static Snapshots.Key keyOf(ApiToken token) {
        return new Snapshots.Key(token.teamId(), token.scopes().has(Scope.JOBS_READ));
    }

    /**
     * Goes round from now on, until the server stops.
     *
     * @param readers so many snapshots are read at a time as it has threads
     */
    void follow(ScheduledExecutorService thread, Executor readers) {
        rounds = thread.scheduleWithFixedDelay(
                () -> round(readers), PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Adds one, who is sent a snapshot at once; no more than that when the server is stopping.
     *
     * @throws ApiException 503 when there are too many
     */
    Response add(Admission admission, EventStream stream) throws SQLException {
        if (!places.tryAcquire()) {
            throw ApiException.unavailable("So many follow the overview that this node lets no more do so."
                    + " Ask GET /api/overview from time to time.");
        }
        Viewer viewer = new Viewer(admission, stream);
        boolean isOpen = false;
        try {
            Response answer =
                    stream.beginWith(snapshots.of(keyOf(admission.token())).event());
            isOpen = open.add(viewer);
            // Looked at behind that: a stop may have come between, and passed it over.
            if (isStopping) {
                end(viewer);
            }
            return answer;
        } finally {
            if (!isOpen) {
                places.release();
            }
        }
    }

    /** How many there are. */
    int count() {
        return open.size();
    }

    /** Sends a new snapshot to each of them; ends those who may not see it any more, or all of them when nobody can tell. */
    private void round(Executor readers) {
        // A call whose client has gone has not ended for Jetty, which would wait for it at a stop.
        open.stream().filter(viewer -> !viewer.stream().isOpen()).forEach(this::end);
        List<Viewer> viewers = List.copyOf(open);
        if (viewers.isEmpty()) {
            return;
        }
        try {
            Set<Admission> valid = authentication.stillValid(
                    viewers.stream().map(Viewer::admission).collect(Collectors.toSet()));
            Map<Boolean, List<Viewer>> mayGoOn =
                    viewers.stream().collect(Collectors.partitioningBy(viewer -> valid.contains(viewer.admission())));
            mayGoOn.getOrDefault(false, List.of()).forEach(this::end);
            mayGoOn.getOrDefault(true, List.of()).stream()
                    .collect(Collectors.groupingBy(Viewer::snapshot))
                    .forEach((key, ofKey) -> showBeside(readers, key, ofKey));
        } catch (RuntimeException | Error e) {
            tellOf(e, "It is not known who may go on following the overview; they ask again");
            viewers.forEach(this::end);
        }
    }

    /** Unless the last one is being read still. */
    private void showBeside(Executor readers, Snapshots.Key key, List<Viewer> viewers) {
        if (underWay.add(key)) {
            try {
                readers.execute(() -> show(key, viewers));
            } catch (RuntimeException | Error e) {
                underWay.remove(key);
                throw e;
            }
        }
    }

    private void show(Snapshots.Key key, List<Viewer> viewers) {
        try {
            ServerEvent event = snapshots.renewed(key).event();
            viewers.forEach(viewer -> viewer.stream().offer(event));
        } catch (SQLException | RuntimeException | Error e) {
            tellOf(
                    e,
                    "The overview of team " + key.teamId() + " could not be read; " + viewers.size()
                            + " who follow it ask again");
            viewers.forEach(this::end);
        } finally {
            underWay.remove(key);
        }
    }

    /** The database's outage is told of elsewhere, once for everybody. */
    private static void tellOf(Throwable failure, String what) {
        if (SqlFailure.isPassing(failure)) {
            LOG.debug("{}", what, failure);
        } else {
            LOG.warn("{}", what, failure);
        }
    }

    private void end(Viewer viewer) {
        if (open.remove(viewer)) {
            places.release();
        }
        viewer.stream().end();
    }

    /** A call that does not end by itself would be waited for. */
    @Override
    public void lifeCycleStopping(LifeCycle server) {
        isStopping = true;
        Future<?> further = rounds;
        if (further != null) {
            further.cancel(false);
        }
        open.forEach(this::end);
    }
}
