package dev.posthaste.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.ExecutionFilter;
import dev.posthaste.jobs.ExecutionPage;
import dev.posthaste.jobs.ExecutionReader;
import dev.posthaste.jobs.ExecutionStatus;
import dev.posthaste.recurring.CronReader;
import dev.posthaste.recurring.Crons;
import dev.posthaste.recurring.NothingToSendException;
import dev.posthaste.redaction.Masks;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.Cursors;
import dev.posthaste.web.input.EmptyBodies;
import dev.posthaste.web.input.Ids;
import dev.posthaste.web.input.ListFilters;
import dev.posthaste.web.input.Tags;
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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What crons have set off, and setting it off by hand. */
@Path("/api/crons")
@Produces(MediaType.APPLICATION_JSON)
public final class CronExecutionsResource {
    private final CronReader crons;
    private final Crons changes;
    private final ExecutionReader reader;
    private final EmptyBodies emptyBodies;
    private final Masks masks;
    private final ReadingRoom reading;

    CronExecutionsResource(CronServices services, EmptyBodies emptyBodies, Masks masks, ReadingRoom reading) {
        this.crons = services.reader();
        this.changes = services.crons();
        this.reader = services.executions();
        this.emptyBodies = emptyBodies;
        this.masks = masks;
        this.reading = reading;
    }

    /** Sends a cron's request now. */
    @POST
    @Path("/{id}/run")
    @RequiresScope(Scope.CRONS_WRITE)
    public Response run(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long cronId = Ids.parse(id, "Cron");
        emptyBodies.check(call);
        long execution = run(token, cronId, call);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/crons/" + cronId + "/executions/" + execution)
                .entity(new RunAnswer(execution))
                .build();
    }

    private long run(ApiToken token, long cronId, HttpServletRequest call) throws SQLException {
        try {
            return changes.run(token.teamId(), cronId, Callers.of(token, call))
                    .orElseThrow(() -> ApiException.notFound("Cron"));
        } catch (NothingToSendException e) {
            throw ApiException.conflict("The cron expects pings and sends nothing.");
        }
    }

    /** What is told of an execution that was asked for. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record RunAnswer(long executionId) {}

    /** The executions of a cron, newest first. */
    @GET
    @Path("/{id}/executions")
    @RequiresScope(Scope.CRONS_READ)
    public Page<ExecutionAnswer> list(
            @Auth ApiToken token,
            @PathParam("id") String id,
            @QueryParam("status") @Nullable String status,
            @QueryParam("tag") @Nullable String tag,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit,
            @Context HttpServletRequest call)
            throws SQLException {
        long cronId = Ids.parse(id, "Cron");
        Errors errors = new Errors();
        ExecutionFilter wanted = new ExecutionFilter(
                ListFilters.oneOf("status", status, ExecutionStatus.class, errors), Tags.filter(tag, errors));
        errors.mustBeNone();
        Cursors cursors = new Cursors(
                "executions",
                Arrays.asList(String.valueOf(cronId), ContractName.orNull(wanted.status()), wanted.tag()));
        Page.Request page = Page.Request.parse(cursor, limit, cursors);
        if (!crons.exists(token.teamId(), cronId)) {
            throw ApiException.notFound("Cron");
        }
        reading.ofPage(call, page);
        ExecutionPage found = reader.list(token.teamId(), cronId, wanted, page.before(), page.limit());
        return Page.of(
                found.executions().stream()
                        .map(execution -> ExecutionAnswer.of(execution, masks))
                        .toList(),
                found.nextBefore(),
                cursors);
    }

    /** One of them, with its runs, callbacks and attempts. */
    @GET
    @Path("/{id}/executions/{execution}")
    @RequiresScope(Scope.CRONS_READ)
    public ExecutionAnswer.Whole show(
            @Auth ApiToken token,
            @PathParam("id") String id,
            @PathParam("execution") String execution,
            @Context HttpServletRequest call)
            throws SQLException {
        long cronId = Ids.parse(id, "Cron");
        if (!crons.exists(token.teamId(), cronId)) {
            throw ApiException.notFound("Cron");
        }
        long executionId = Ids.parse(execution, "Execution");
        reading.ofStored(call, reader.bytesOf(cronId, executionId));
        return reader.find(token.teamId(), cronId, executionId)
                .map(found -> ExecutionAnswer.Whole.of(found, masks))
                .orElseThrow(() -> ApiException.notFound("Execution"));
    }
}
