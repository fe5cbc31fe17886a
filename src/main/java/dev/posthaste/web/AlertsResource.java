package dev.posthaste.web;

import dev.posthaste.alerts.AlertFilter;
import dev.posthaste.alerts.AlertPage;
import dev.posthaste.alerts.AlertType;
import dev.posthaste.alerts.AlertableType;
import dev.posthaste.alerts.Alerts;
import dev.posthaste.alerts.ShownAlert;
import dev.posthaste.contract.ContractName;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.Cursors;
import dev.posthaste.web.input.EmptyBodies;
import dev.posthaste.web.input.Ids;
import dev.posthaste.web.input.ListFilters;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What users are told without asking. */
@Path("/api/alerts")
@Produces(MediaType.APPLICATION_JSON)
public final class AlertsResource {
    private final Alerts alerts;
    private final EmptyBodies emptyBodies;
    private final ReadingRoom reading;

    AlertsResource(Alerts alerts, EmptyBodies emptyBodies, ReadingRoom reading) {
        this.alerts = alerts;
        this.emptyBodies = emptyBodies;
        this.reading = reading;
    }

    /** The team's alerts, newest first. */
    @GET
    @RequiresScope(Scope.ALERTS_READ)
    public Page<ShownAlert> list(
            @Auth ApiToken token,
            @QueryParam("type") @Nullable String type,
            @QueryParam("alertable_type") @Nullable String alertableType,
            @QueryParam("alertable_id") @Nullable String alertableId,
            @QueryParam("acknowledged") @Nullable String acknowledged,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit,
            @Context HttpServletRequest call)
            throws SQLException {
        Errors errors = new Errors();
        AlertFilter filter = new AlertFilter(
                ListFilters.oneOf("type", type, AlertType.class, errors),
                ListFilters.oneOf("alertable_type", alertableType, AlertableType.class, errors),
                ListFilters.id("alertable_id", alertableId, errors),
                ListFilters.flag("acknowledged", acknowledged, errors));
        errors.mustBeNone();
        Cursors cursors = new Cursors(
                "alerts",
                Arrays.asList(
                        ContractName.orNull(filter.type()),
                        ContractName.orNull(filter.alertableType()),
                        textOrNull(filter.alertableId()),
                        textOrNull(filter.acknowledged())));
        Page.Request page = Page.Request.parse(cursor, limit, cursors);
        reading.ofPage(call, page);
        AlertPage found = alerts.list(token.teamId(), filter, page.before(), page.limit());
        return Page.of(found.alerts().stream().map(ShownAlert::of).toList(), found.nextBefore(), cursors);
    }

    /** Notes that somebody has seen one; again and again with the same answer. */
    @POST
    @Path("/{id}/acknowledge")
    @RequiresScope(Scope.ALERTS_WRITE)
    public ShownAlert acknowledge(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long alertId = Ids.parse(id, "Alert");
        emptyBodies.check(call);
        return alerts.acknowledge(token.teamId(), alertId, Callers.of(token, call))
                .map(ShownAlert::of)
                .orElseThrow(() -> ApiException.notFound("Alert"));
    }

    private static @Nullable String textOrNull(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
