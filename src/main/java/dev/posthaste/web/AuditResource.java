package dev.posthaste.web;

import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditReader;
import dev.posthaste.contract.ContractName;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.Cursors;
import dev.posthaste.web.input.ListFilters;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who changed what, when and from where. */
@Path("/api/audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {
    private final AuditReader reader;
    private final ReadingRoom reading;

    AuditResource(AuditReader reader, ReadingRoom reading) {
        this.reader = reader;
        this.reading = reading;
    }

    /** What was done to the team's things, newest first. */
    @GET
    @RequiresScope(Scope.ADMIN)
    public Page<AuditAnswer> list(
            @Auth ApiToken token,
            @QueryParam("actor") @Nullable String actor,
            @QueryParam("action") @Nullable String action,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit,
            @Context HttpServletRequest call) {
        Errors errors = new Errors();
        String byActor = ListFilters.name("actor", actor, errors);
        AuditAction ofAction = ListFilters.oneOf("action", action, AuditAction.class, errors);
        errors.mustBeNone();
        Cursors cursors = new Cursors("audit", Arrays.asList(byActor, ContractName.orNull(ofAction)));
        Page.Request page = Page.Request.parse(cursor, limit, cursors);
        reading.ofPage(call, page);
        List<AuditAnswer> found =
                reader.list(token.teamId(), byActor, ofAction, page.before(), page.limit() + 1).stream()
                        .map(AuditAnswer::of)
                        .toList();
        return Page.of(found, page.limit(), AuditAnswer::id, cursors);
    }
}
