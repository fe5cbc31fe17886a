package dev.posthaste.web;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who look at the overview for longer: each of their streams is sent every new snapshot. A round of that reads a team's
 * snapshot once and asks once who may still see it, however many they are. Thread-safe.
 */
final class Viewers implements LifeCycle.Listener {
    /** From one round to the next. */
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Viewers.class);

    private final Snapshots snapshots;
    private final Authentication authentication;
    private final int max;
    private final Set<Viewer> open = ConcurrentHashMap.newKeySet();
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
        this.max = max;
    }

    /** Of what a token may see. */
    static Snapshots.Key keyOf(ApiToken token) {
        return new Snapshots.Key(token.teamId(), token.scopes().has(Scope.JOBS_READ));
    }

    /** Goes round from now on, until the server stops. */
    void follow(ScheduledExecutorService thread) {
        rounds =
                thread.scheduleWithFixedDelay(this::round, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Adds one, who is sent a snapshot at once.
     *
     * @throws ApiException 503 when there are too many, or the server is stopping
     */
    Response add(Admission admission, EventStream stream) throws SQLException {
        if (open.size() >= max) {
            throw ApiException.unavailable("So many follow the overview that this node lets no more do so."
                    + " Ask GET /api/overview from time to time.");
        }
        ServerEvent first = snapshots.of(keyOf(admission.token())).event();
        Viewer viewer = new Viewer(admission, stream);
        Response answer = stream.beginWith(first);
        open.add(viewer);
        // Looked at behind that: a stop may have come between, and passed it over.
        if (isStopping) {
            end(viewer);
        }
        return answer;
    }

    /** How many there are. */
    int count() {
        return open.size();
    }

    /** Sends a new snapshot to each of them; ends those who may not see it any more, or all of them when there is none. */
    void round() {
        // A call whose client has gone has not ended for Jetty, which would wait for it at a stop.
        open.stream().filter(viewer -> !viewer.stream().isOpen()).forEach(this::end);
        List<Viewer> viewers = List.copyOf(open);
        if (viewers.isEmpty()) {
            return;
        }
        try {
            Set<Admission> valid = authentication.stillValid(
                    viewers.stream().map(Viewer::admission).collect(Collectors.toSet()));
            Map<Snapshots.Key, ServerEvent> events = new HashMap<>();
            for (Viewer viewer : viewers) {
                if (!valid.contains(viewer.admission())) {
                    end(viewer);
                    continue;
                }
                ServerEvent event = events.get(viewer.snapshot());
                if (event == null) {
                    event = snapshots.renewed(viewer.snapshot()).event();
                    events.put(viewer.snapshot(), event);
                }
                viewer.stream().offer(event);
            }
        } catch (SQLException | RuntimeException | Error e) {
            // They ask again, and are told what it is.
            LOG.debug("There is no snapshot for those who look at the overview", e);
            viewers.forEach(this::end);
        }
    }

    private void end(Viewer viewer) {
        open.remove(viewer);
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
