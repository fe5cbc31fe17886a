package dev.posthaste.web;

import dev.posthaste.operations.Operation;
import dev.posthaste.operations.Operations;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.Cursors;
import dev.posthaste.web.input.EmptyBodies;
import dev.posthaste.web.input.Ids;
import dev.posthaste.web.input.OperationReader;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
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
import org.jspecify.annotations.Nullable;

/** Operations over all jobs that a filter finds. */
@Path("/api/operations")
@Produces(MediaType.APPLICATION_JSON)
public final class OperationsResource {
    private static final String THING = "Operation";

    private final Operations operations;
    private final OperationReader reader;
    private final Bodies bodies;
    private final EmptyBodies emptyBodies;
    private final ReadingRoom reading;

    OperationsResource(
            Operations operations,
            OperationReader reader,
            Bodies bodies,
            EmptyBodies emptyBodies,
            ReadingRoom reading) {
        this.operations = operations;
        this.reader = reader;
        this.bodies = bodies;
        this.emptyBodies = emptyBodies;
        this.reading = reading;
    }

    /** Begins one; it is done after the answer. */
    @POST
    @RequiresScope(Scope.JOBS_WRITE)
    public Response start(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException, SQLException {
        Operations.Result result =
                operations.start(token.teamId(), reader.read(bodies.single(call).text()), Callers.of(token, call));
        if (result instanceof Operations.Result.NotThere) {
            throw ApiException.invalidToken();
        }
        OperationAnswer started = answer(result);
        return Response.status(Response.Status.ACCEPTED)
                .header(HttpHeaders.LOCATION, "/api/operations/" + started.id())
                .entity(started)
                .build();
    }

    /** The team's operations, newest first. */
    @GET
    @RequiresScope(Scope.JOBS_READ)
    public Page<OperationAnswer> list(
            @Auth ApiToken token,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit,
            @Context HttpServletRequest call)
            throws SQLException {
        Cursors cursors = new Cursors("operations", List.of());
        Page.Request page = Page.Request.parse(cursor, limit, cursors);
        reading.ofPage(call, page);
        List<Operation> found = operations.list(token.teamId(), page.before(), page.limit() + 1);
        return Page.of(found.stream().map(OperationAnswer::of).toList(), page.limit(), OperationAnswer::id, cursors);
    }

    /** One of them, with how far it has come. */
    @GET
    @Path("/{id}")
    @RequiresScope(Scope.JOBS_READ)
    public OperationAnswer show(@Auth ApiToken token, @PathParam("id") String id) throws SQLException {
        return operations
                .find(token.teamId(), Ids.parse(id, THING))
                .map(OperationAnswer::of)
                .orElseThrow(() -> ApiException.notFound(THING));
    }

    /** Stops one; what was done stays done. */
    @POST
    @Path("/{id}/stop")
    @RequiresScope(Scope.JOBS_WRITE)
    public OperationAnswer stop(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long operationId = Ids.parse(id, THING);
        emptyBodies.check(call);
        return answer(operations.stop(token.teamId(), operationId, Callers.of(token, call)));
    }

    private static OperationAnswer answer(Operations.Result result) {
        if (result instanceof Operations.Result.Done done) {
            return OperationAnswer.of(done.operation());
        }
        if (result instanceof Operations.Result.NotAllowed refused) {
            throw ApiException.conflict(refused.why());
        }
        throw ApiException.notFound(THING);
    }
}
