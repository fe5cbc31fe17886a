package dev.posthaste.web;

import dev.posthaste.queues.QueueReader;
import dev.posthaste.stats.StatsRange;
import dev.posthaste.stats.StatsReader;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.ListFilters;
import dev.posthaste.web.input.StatsQuery;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much has happened, how late and how long it took. */
@Path("/api/stats")
@Produces(MediaType.APPLICATION_JSON)
public final class StatsResource {
    private final StatsReader reader;
    private final SharedStats shared;
    private final QueueReader queues;
    private final StatsQuery query;
    private final ReadingRoom reading;

    StatsResource(StatsReader reader, SharedStats shared, QueueReader queues, StatsQuery query, ReadingRoom reading) {
        this.reader = reader;
        this.shared = shared;
        this.queues = queues;
        this.query = query;
        this.reading = reading;
    }

    /** Of the team, or of one of its queues; read within the last two seconds, or now. */
    @GET
    @RequiresScope(Scope.QUEUES_READ)
    public Response show(
            @Auth ApiToken token,
            @QueryParam("queue") @Nullable String queue,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("step") @Nullable String step,
            @HeaderParam(HttpHeaders.ACCEPT_ENCODING) @Nullable String acceptEncoding,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            @Context HttpServletRequest call)
            throws SQLException {
        Errors errors = new Errors();
        String name = ListFilters.queue(queue, errors);
        StatsRange range = query.range(from, to, step, errors);
        errors.mustBeNone();
        if (range == null) {
            return nothing();
        }
        reading.ofStored(call, StatsAnswer.bytes(range.points()));
        if (name == null) {
            return shared.of(token.teamId(), null, range)
                    .to(acceptEncoding, ifNoneMatch)
                    .build();
        }
        Optional<Long> queueId = queues.idOf(token.teamId(), name);
        if (queueId.isEmpty()) {
            return nothing();
        }
        if (!reader.isKept(queueId.get())) {
            errors.addSentence(
                    "queue",
                    "The queue has no statistics of its own: only the " + StatsReader.maxQueues()
                            + " that a team made first have. What happens in it is in those of the team.");
        }
        errors.mustBeNone();
        return shared.of(token.teamId(), queueId.get(), range)
                .to(acceptEncoding, ifNoneMatch)
                .build();
    }

    private static Response nothing() {
        return Response.ok(new StatsAnswer(List.of())).build();
    }
}
