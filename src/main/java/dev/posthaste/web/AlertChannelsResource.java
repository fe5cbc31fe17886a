package dev.posthaste.web;

import dev.posthaste.alerts.AlertChannels;
import dev.posthaste.alerts.Channel;
import dev.posthaste.alerts.ChannelSettings;
import dev.posthaste.redaction.Masks;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.ChannelSettingsReader;
import dev.posthaste.web.input.Cursors;
import dev.posthaste.web.input.EmptyBodies;
import dev.posthaste.web.input.Ids;
import dev.posthaste.web.input.JsonDocument;
import dev.posthaste.web.input.JsonFields;
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
import org.jspecify.annotations.Nullable;

/** Where a team's alerts are sent. */
@Path("/api/alert-channels")
@Produces(MediaType.APPLICATION_JSON)
public final class AlertChannelsResource {
    private static final Cursors CURSORS = new Cursors("alert channels", List.of());

    private final AlertChannels channels;
    private final ChannelSettingsReader settings;
    private final JsonDocument json;
    private final Bodies bodies;
    private final EmptyBodies emptyBodies;
    private final Masks masks;
    private final ReadingRoom reading;

    AlertChannelsResource(
            AlertChannels channels,
            ChannelSettingsReader settings,
            JsonDocument json,
            Bodies bodies,
            EmptyBodies emptyBodies,
            Masks masks,
            ReadingRoom reading) {
        this.channels = channels;
        this.settings = settings;
        this.json = json;
        this.bodies = bodies;
        this.emptyBodies = emptyBodies;
        this.masks = masks;
        this.reading = reading;
    }

    /** The team's channels, newest first. */
    @GET
    @RequiresScope(Scope.ALERTS_READ)
    public Page<ChannelAnswer> list(
            @Auth ApiToken token,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit,
            @Context HttpServletRequest call)
            throws SQLException {
        Page.Request page = Page.Request.parse(cursor, limit, CURSORS);
        reading.ofPage(call, page);
        List<ChannelAnswer> found = channels.list(token.teamId(), page.before(), page.limit() + 1).stream()
                .map(channel -> ChannelAnswer.of(channel, masks))
                .toList();
        return Page.of(found, page.limit(), ChannelAnswer::id, CURSORS);
    }

    /** One of them, with how its last message fared. */
    @GET
    @Path("/{id}")
    @RequiresScope(Scope.ALERTS_READ)
    public ChannelAnswer show(@Auth ApiToken token, @PathParam("id") String id) throws SQLException {
        return channels.find(token.teamId(), Ids.parse(id, "Alert channel"))
                .map(channel -> ChannelAnswer.of(channel, masks))
                .orElseThrow(AlertChannelsResource::notFound);
    }

    /** Makes one. */
    @POST
    @RequiresScope(Scope.ALERTS_WRITE)
    public Response create(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException, SQLException {
        ChannelSettings wanted = settings.ofNew(bodies.single(call).text());
        Channel made = channels.create(token.teamId(), wanted, Callers.of(token, call))
                .orElseThrow(() -> ApiException.conflict("The team has " + AlertChannels.MAX
                        + " alert channels, and may not have more; delete one first."));
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/alert-channels/" + made.id())
                .entity(ChannelAnswer.of(made, masks))
                .build();
    }

    /** Changes what the body names. */
    @PATCH
    @Path("/{id}")
    @RequiresScope(Scope.ALERTS_WRITE)
    public ChannelAnswer change(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long channelId = Ids.parse(id, "Alert channel");
        JsonFields body = json.readBody(bodies.single(call).text());
        return channels.change(
                        token.teamId(), channelId, before -> settings.changed(body, before), Callers.of(token, call))
                .map(channel -> ChannelAnswer.of(channel, masks))
                .orElseThrow(AlertChannelsResource::notFound);
    }

    /** Removes one. */
    @DELETE
    @Path("/{id}")
    @RequiresScope(Scope.ALERTS_WRITE)
    public Response delete(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws SQLException {
        if (!channels.remove(token.teamId(), Ids.parse(id, "Alert channel"), Callers.of(token, call))) {
            throw notFound();
        }
        return Response.noContent().build();
    }

    /** Has a message sent to it; its {@code last_message} tells what came of that. */
    @POST
    @Path("/{id}/test")
    @RequiresScope(Scope.ALERTS_WRITE)
    public Response test(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long channelId = Ids.parse(id, "Alert channel");
        emptyBodies.check(call);
        AlertChannels.TestResult result = channels.test(token.teamId(), channelId, Callers.of(token, call));
        if (result instanceof AlertChannels.TestResult.Begun begun) {
            return Response.accepted(ChannelAnswer.of(begun.channel(), masks))
                    .header(HttpHeaders.LOCATION, "/api/alert-channels/" + channelId)
                    .build();
        }
        if (result instanceof AlertChannels.TestResult.TooSoon tooSoon) {
            throw ApiException.tooMany(
                    "A channel is tested once a minute at most, and a team has " + AlertChannels.MAX
                            + " tests a minute; wait and try again.",
                    tooSoon.retryAfter().plusNanos(999_999_999).toSeconds());
        }
        throw result instanceof AlertChannels.TestResult.OneIsPending
                ? ApiException.conflict("A test of this channel is pending; wait for what comes of it.")
                : notFound();
    }

    private static ApiException notFound() {
        return ApiException.notFound("Alert channel");
    }
}
