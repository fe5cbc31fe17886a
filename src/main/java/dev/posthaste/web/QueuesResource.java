package dev.posthaste.web;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.memory.ByteBudget;
import dev.posthaste.queues.Queue;
import dev.posthaste.queues.QueueChange;
import dev.posthaste.queues.QueueClearing;
import dev.posthaste.queues.QueueReader;
import dev.posthaste.queues.QueueRemoval;
import dev.posthaste.queues.QueueSettings;
import dev.posthaste.queues.Queues;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.Cursors;
import dev.posthaste.web.input.EmptyBodies;
import dev.posthaste.web.input.Ids;
import dev.posthaste.web.input.JsonDocument;
import dev.posthaste.web.input.JsonFields;
import dev.posthaste.web.input.QueueSettingsReader;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Queues and their settings. */
@Path("/api/queues")
@Produces(MediaType.APPLICATION_JSON)
public final class QueuesResource {
    private static final Cursors CURSORS = new Cursors("queues", List.of());

    private final QueueReader reader;
    private final Queues queues;
    private final QueueClearing clearing;
    private final QueueSettingsReader settings;
    private final JsonDocument json;
    private final Bodies bodies;
    private final EmptyBodies emptyBodies;
    private final ReadingRoom reading;

    QueuesResource(
            QueueServices services,
            QueueSettingsReader settings,
            JsonDocument json,
            Bodies bodies,
            EmptyBodies emptyBodies,
            ReadingRoom reading) {
        this.reader = services.reader();
        this.queues = services.queues();
        this.clearing = services.clearing();
        this.settings = settings;
        this.json = json;
        this.bodies = bodies;
        this.emptyBodies = emptyBodies;
        this.reading = reading;
    }

    /** The team's queues. */
    @GET
    @RequiresScope(Scope.QUEUES_READ)
    public Page<QueueAnswer> list(
            @Auth ApiToken token,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit,
            @Context HttpServletRequest call) {
        Page.Request page = Page.Request.parse(cursor, limit, CURSORS);
        ByteBudget.Room room = reading.ofQueues(call, page);
        List<QueueAnswer> found = reader.list(token.teamId(), page.before(), page.limit() + 1).stream()
                .map(QueueAnswer::of)
                .toList();
        room.shrinkTo(ReadingRoom.bytesOf(found));
        return Page.of(found, page.limit(), QueueAnswer::id, CURSORS);
    }

    /** One of them. */
    @GET
    @Path("/{id}")
    @RequiresScope(Scope.QUEUES_READ)
    public QueueAnswer show(@Auth ApiToken token, @PathParam("id") String id) {
        return reader.find(token.teamId(), Ids.parse(id, "Queue"))
                .map(QueueAnswer::of)
                .orElseThrow(() -> ApiException.notFound("Queue"));
    }

    /** Makes one before its first use. */
    @POST
    @RequiresScope(Scope.QUEUES_WRITE)
    public Response create(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException, SQLException {
        QueueSettings wanted = settings.ofNew(bodies.single(call).text());
        Queue created =
                queues.create(token.teamId(), wanted, Callers.of(token, call)).orElseThrow(QueuesResource::nameTaken);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/queues/" + created.id())
                .entity(QueueAnswer.of(created))
                .build();
    }

    /** Changes what the body names. */
    @PATCH
    @Path("/{id}")
    @RequiresScope(Scope.QUEUES_WRITE)
    public QueueAnswer change(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long queueId = Ids.parse(id, "Queue");
        JsonFields body = json.readBody(bodies.single(call).text());
        return change(
                token,
                queueId,
                before -> settings.changed(body, before),
                Callers.of(token, call),
                AuditAction.QUEUE_CHANGE);
    }

    /** Sends none of its jobs any more; they are taken in all the same. */
    @POST
    @Path("/{id}/pause")
    @RequiresScope(Scope.QUEUES_WRITE)
    public QueueAnswer pause(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        return setActive(token, id, call, false, AuditAction.QUEUE_PAUSE);
    }

    /** Sends its jobs again. */
    @POST
    @Path("/{id}/resume")
    @RequiresScope(Scope.QUEUES_WRITE)
    public QueueAnswer resume(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        return setActive(token, id, call, true, AuditAction.QUEUE_RESUME);
    }

    /** Cancels whatever is pending in it. */
    @POST
    @Path("/{id}/purge")
    @RequiresScope(Scope.QUEUES_WRITE)
    public CancelledAnswer purge(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        emptyBodies.check(call);
        return clearing.purge(token.teamId(), Ids.parse(id, "Queue"), Callers.of(token, call))
                .map(CancelledAnswer::new)
                .orElseThrow(() -> ApiException.notFound("Queue"));
    }

    /** Deletes it with its finished jobs. */
    @DELETE
    @Path("/{id}")
    @RequiresScope(Scope.QUEUES_WRITE)
    public Response delete(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws SQLException {
        QueueRemoval result = clearing.delete(token.teamId(), Ids.parse(id, "Queue"), Callers.of(token, call));
        if (result == QueueRemoval.NO_SUCH_QUEUE) {
            throw ApiException.notFound("Queue");
        }
        if (result == QueueRemoval.NOT_EMPTY) {
            throw ApiException.conflict("The queue has jobs that are pending or processing; purge it or wait.");
        }
        if (result == QueueRemoval.HAS_CRONS) {
            throw ApiException.conflict("Crons name the queue; delete them or take it out of them first.");
        }
        return Response.noContent().build();
    }

    /** How many jobs were cancelled. */
    record CancelledAnswer(long cancelled) {}

    private QueueAnswer setActive(
            ApiToken token, String id, HttpServletRequest call, boolean isActive, AuditAction action)
            throws IOException, SQLException {
        emptyBodies.check(call);
        return change(
                token, Ids.parse(id, "Queue"), before -> before.withActive(isActive), Callers.of(token, call), action);
    }

    private QueueAnswer change(
            ApiToken token, long queueId, UnaryOperator<QueueSettings> change, Actor actor, AuditAction action)
            throws SQLException {
        QueueChange result = queues.change(token.teamId(), queueId, change, actor, action);
        if (result instanceof QueueChange.Changed changed) {
            return QueueAnswer.of(changed.queue());
        }
        throw result instanceof QueueChange.NameTaken ? nameTaken() : ApiException.notFound("Queue");
    }

    private static ApiException nameTaken() {
        Errors errors = new Errors();
        errors.addSentence("name", "The name has already been taken.");
        return ApiException.invalid(errors);
    }
}
