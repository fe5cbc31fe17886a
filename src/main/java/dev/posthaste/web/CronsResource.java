package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.jobs.ExecutionReader;
import dev.posthaste.memory.ByteBudget;
import dev.posthaste.recurring.Cron;
import dev.posthaste.recurring.CronFilter;
import dev.posthaste.recurring.CronPage;
import dev.posthaste.recurring.CronReader;
import dev.posthaste.recurring.CronSettings;
import dev.posthaste.recurring.Crons;
import dev.posthaste.recurring.UnreadableTimingException;
import dev.posthaste.redaction.Masks;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.CronSettingsReader;
import dev.posthaste.web.input.Cursors;
import dev.posthaste.web.input.EmptyBodies;
import dev.posthaste.web.input.Ids;
import dev.posthaste.web.input.JsonDocument;
import dev.posthaste.web.input.JsonFields;
import dev.posthaste.web.input.ListFilters;
import dev.posthaste.web.input.Tags;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Crons and their settings. */
@Path("/api/crons")
@Produces(MediaType.APPLICATION_JSON)
public final class CronsResource {
    private static final int RECENT = 30;

    private final CronReader reader;
    private final Crons crons;
    private final ExecutionReader executions;
    private final CronSettingsReader settings;
    private final JsonDocument json;
    private final Bodies bodies;
    private final EmptyBodies emptyBodies;
    private final Masks masks;
    private final PingUrls pingUrls;
    private final ReadingRoom reading;

    CronsResource(
            CronServices services,
            CronSettingsReader settings,
            JsonDocument json,
            Bodies bodies,
            EmptyBodies emptyBodies,
            Masks masks,
            ReadingRoom reading) {
        this.reader = services.reader();
        this.crons = services.crons();
        this.executions = services.executions();
        this.settings = settings;
        this.json = json;
        this.bodies = bodies;
        this.emptyBodies = emptyBodies;
        this.masks = masks;
        this.pingUrls = services.pingUrls();
        this.reading = reading;
    }

    /** The team's crons, newest first. */
    @GET
    @RequiresScope(Scope.CRONS_READ)
    public Page<CronSummary> list(
            @Auth ApiToken token,
            @QueryParam("is_active") @Nullable String isActive,
            @QueryParam("name") @Nullable String name,
            @QueryParam("url") @Nullable String url,
            @QueryParam("tag") @Nullable String tag,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit,
            @Context HttpServletRequest call)
            throws SQLException {
        Errors errors = new Errors();
        CronFilter filter = new CronFilter(
                ListFilters.flag("is_active", isActive, errors),
                ListFilters.name("name", name, errors),
                ListFilters.url(url, errors),
                Tags.filter(tag, errors));
        errors.mustBeNone();
        Cursors cursors = new Cursors(
                "crons",
                Arrays.asList(
                        filter.isActive() == null ? null : filter.isActive().toString(),
                        filter.name(),
                        filter.url(),
                        filter.tag()));
        Page.Request page = Page.Request.parse(cursor, limit, cursors);
        ByteBudget.Room room = reading.ofCrons(call, page);
        CronPage stored = reader.list(token.teamId(), filter, page.before(), page.limit());
        List<CronSummary> found =
                stored.crons().stream().map(cron -> CronSummary.of(cron, masks)).toList();
        room.shrinkTo(ReadingRoom.bytesOfCrons(found));
        return Page.of(found, stored.nextBefore(), cursors);
    }

    /** One of them. */
    @GET
    @Path("/{id}")
    @RequiresScope(Scope.CRONS_READ)
    public CronAnswer show(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws SQLException {
        long cronId = Ids.parse(id, "Cron");
        reading.ofStored(call, reader.bytesOf(token.teamId(), cronId));
        return answer(token, reader.find(token.teamId(), cronId), call);
    }

    /** Makes one. */
    @POST
    @RequiresScope(Scope.CRONS_WRITE)
    public Response create(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException, SQLException {
        CronSettings wanted = settings.ofNew(bodies.single(call).text());
        Cron created =
                crons.create(token.teamId(), wanted, Callers.of(token, call)).orElseThrow(ApiException::invalidToken);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/crons/" + created.id())
                .entity(CreatedAnswer.of(created))
                .build();
    }

    /** What is told of a cron that was made. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record CreatedAnswer(
            long id,
            String name,
            String cronExpression,
            @Nullable String nextRunAt,

            @JsonProperty("is_active") boolean isActive) {
        static CreatedAnswer of(Cron cron) {
            return new CreatedAnswer(
                    cron.id(),
                    cron.settings().name(),
                    cron.settings().timing().expression(),
                    ContractTime.secondsOrNull(cron.nextFireAt()),
                    cron.settings().isActive());
        }
    }

    /** Changes what the body names. */
    @PATCH
    @Path("/{id}")
    @RequiresScope(Scope.CRONS_WRITE)
    public CronAnswer change(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long cronId = Ids.parse(id, "Cron");
        String text = bodies.single(call).text();
        JsonFields body = json.readBody(text);
        reading.ofStored(call, reader.bytesOf(token.teamId(), cronId) + text.length());
        return change(token, cronId, before -> settings.changed(body, before), call, AuditAction.CRON_CHANGE);
    }

    /** Has it fire no more; what it has set off goes on. */
    @POST
    @Path("/{id}/pause")
    @RequiresScope(Scope.CRONS_WRITE)
    public CronAnswer pause(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        return setActive(token, id, call, false, AuditAction.CRON_PAUSE);
    }

    /** Has it fire again, from its next time on. */
    @POST
    @Path("/{id}/resume")
    @RequiresScope(Scope.CRONS_WRITE)
    public CronAnswer resume(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        return setActive(token, id, call, true, AuditAction.CRON_RESUME);
    }

    /** Removes it with its executions. */
    @DELETE
    @Path("/{id}")
    @RequiresScope(Scope.CRONS_WRITE)
    public Response delete(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws SQLException {
        if (!crons.remove(token.teamId(), Ids.parse(id, "Cron"), Callers.of(token, call))) {
            throw ApiException.notFound("Cron");
        }
        return Response.noContent().build();
    }

    private CronAnswer setActive(
            ApiToken token, String id, HttpServletRequest call, boolean isActive, AuditAction action)
            throws IOException, SQLException {
        long cronId = Ids.parse(id, "Cron");
        emptyBodies.check(call);
        reading.ofStored(call, reader.bytesOf(token.teamId(), cronId));
        return change(token, cronId, before -> before.settings().withActive(isActive), call, action);
    }

    private CronAnswer change(
            ApiToken token,
            long cronId,
            Function<Cron, CronSettings> change,
            HttpServletRequest call,
            AuditAction action)
            throws SQLException {
        try {
            Optional<Cron> changed = crons.change(token.teamId(), cronId, change, Callers.of(token, call), action);
            return answer(token, changed, call);
        } catch (UnreadableTimingException e) {
            throw ApiException.conflict(e.getMessage() + " Change its expression or its zone.");
        }
    }

    private CronAnswer answer(ApiToken token, Optional<Cron> found, HttpServletRequest call) throws SQLException {
        Cron cron = found.orElseThrow(() -> ApiException.notFound("Cron"));
        return CronAnswer.of(
                cron,
                executions.recent(token.teamId(), cron.id(), RECENT),
                masks,
                pingUrls.of(cron.pingSecret(), call));
    }
}
