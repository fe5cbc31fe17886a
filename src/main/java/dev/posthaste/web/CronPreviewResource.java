package dev.posthaste.web;

import dev.posthaste.contract.ContractTime;
import dev.posthaste.crons.CronSchedule;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.CronTimes;
import io.dropwizard.auth.Auth;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** When a cron would fire. */
@Path("/api/crons/preview")
@Produces(MediaType.APPLICATION_JSON)
public final class CronPreviewResource {
    private static final int SHOWN = 10;

    private final InstantSource clock;

    /** @param clock the database's */
    CronPreviewResource(InstantSource clock) {
        this.clock = clock;
    }

    /** An expression in words, with its next fires; nothing is kept of it. */
    @GET
    @RequiresScope(Scope.CRONS_READ)
    public PreviewAnswer preview(
            @Auth ApiToken token,
            @QueryParam("expression") @Nullable String expression,
            @QueryParam("timezone") @Nullable String timezone) {
        Errors errors = new Errors();
        CronSchedule schedule = CronTimes.read("expression", expression, timezone, errors);
        if (schedule == null) {
            throw ApiException.invalid(errors);
        }
        Instant first = schedule.next(clock.instant());
        List<String> next = Stream.iterate(first, schedule::next)
                .limit(SHOWN)
                .map(ContractTime::seconds)
                .toList();
        return new PreviewAnswer(schedule.expression().description(), next);
    }

    /**
     * An expression as clients see it before it is a cron's.
     *
     * @param description in words, without the zone
     * @param next its next fires
     */
    record PreviewAnswer(String description, List<String> next) {}
}
