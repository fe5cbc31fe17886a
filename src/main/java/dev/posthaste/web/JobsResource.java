package dev.posthaste.web;

import dev.posthaste.contract.ContractName;
import dev.posthaste.intake.AcceptedJob;
import dev.posthaste.intake.Intake;
import dev.posthaste.intake.IntakeResult;
import dev.posthaste.intake.Submission;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobFilter;
import dev.posthaste.jobs.JobLister;
import dev.posthaste.jobs.JobPage;
import dev.posthaste.jobs.JobReader;
import dev.posthaste.jobs.JobStatus;
import dev.posthaste.memory.ByteBudget;
import dev.posthaste.redaction.Masks;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.Cursors;
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
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Jobs: pushing them, reading one and listing them. */
@Path("/api/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobsResource {
    private final PushedJobs pushed;
    private final Intake intake;
    private final JobReader reader;
    private final JobLister lister;
    private final Masks masks;
    private final ReadingRoom reading;

    JobsResource(PushedJobs pushed, Intake intake, JobServices jobs, ReadingRoom reading) {
        this.pushed = pushed;
        this.intake = intake;
        this.reader = jobs.reader();
        this.lister = jobs.lister();
        this.masks = jobs.masks();
        this.reading = reading;
    }

    /** Pushes a job. */
    @POST
    @RequiresScope(Scope.JOBS_WRITE)
    public Response push(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException {
        return accept(pushed.single(token, call), accepted -> answer(accepted.get(0)));
    }

    /** Pushes up to a thousand jobs, all or none. */
    @POST
    @Path("/batch")
    @RequiresScope(Scope.JOBS_WRITE)
    public Response pushBatch(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException {
        return accept(
                pushed.batch(token, call),
                accepted -> Response.status(Response.Status.CREATED).entity(PushedAnswer.batch(accepted)));
    }

    /** Shows a job with its runs, callbacks and chain. */
    @GET
    @Path("/{id}")
    @RequiresScope(Scope.JOBS_READ)
    public JobAnswer show(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws SQLException {
        long jobId = Ids.parse(id, "Job");
        reading.ofJob(call, token.teamId(), jobId, 0);
        return reader.find(token.teamId(), jobId)
                .map(job -> JobAnswer.of(job, masks))
                .orElseThrow(() -> ApiException.notFound("Job"));
    }

    /** The team's jobs, newest first. */
    @GET
    @RequiresScope(Scope.JOBS_READ)
    public Page<JobSummary> list(
            @Auth ApiToken token,
            @QueryParam("queue") @Nullable String queue,
            @QueryParam("status") @Nullable String status,
            @QueryParam("final_status") @Nullable String finalStatus,
            @QueryParam("url") @Nullable String url,
            @QueryParam("tag") @Nullable String tag,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit,
            @Context HttpServletRequest call)
            throws SQLException {
        Errors errors = new Errors();
        JobFilter filter = new JobFilter(
                ListFilters.queue(queue, errors),
                ListFilters.oneOf("status", status, JobStatus.class, errors),
                ListFilters.oneOf("final_status", finalStatus, FinalStatus.class, errors),
                ListFilters.url(url, errors),
                Tags.filter(tag, errors));
        errors.mustBeNone();
        Cursors cursors = cursors(filter);
        Page.Request page = Page.Request.parse(cursor, limit, cursors);
        ByteBudget.Room room = reading.ofPage(call, page);
        JobPage found = lister.list(token.teamId(), filter, page.before(), page.limit());
        room.shrinkTo(ReadingRoom.bytes(found.jobs()));
        return Page.of(
                found.jobs().stream().map(job -> JobSummary.of(job, masks)).toList(), found.nextBefore(), cursors);
    }

    private static Cursors cursors(JobFilter filter) {
        return new Cursors(
                "jobs",
                Arrays.asList(
                        filter.queue(),
                        ContractName.orNull(filter.status()),
                        ContractName.orNull(filter.finalStatus()),
                        filter.url(),
                        filter.tag()));
    }

    private Response accept(Submission submission, Function<List<AcceptedJob>, Response.ResponseBuilder> answer) {
        IntakeResult result = intake.accept(submission);
        if (result instanceof IntakeResult.Accepted accepted) {
            Response.ResponseBuilder response = answer.apply(accepted.jobs());
            return accepted.replayed()
                    ? response.header("Idempotent-Replayed", "true").build()
                    : response.build();
        }
        if (result instanceof IntakeResult.TokenRejected) {
            throw ApiException.invalidToken();
        }
        if (result instanceof IntakeResult.LimitReached limit) {
            throw ApiException.tooMany(limit.sentence(), limit.retryAfterSeconds());
        }
        if (result instanceof IntakeResult.NeverFits limit) {
            Errors errors = new Errors();
            errors.add("jobs", "must not have more than " + limit.maxAtOnce() + " items.");
            throw ApiException.invalid(errors);
        }
        throw ApiException.conflict("The Idempotency-Key was used for another request within the last 24 hours.");
    }

    private static Response.ResponseBuilder answer(AcceptedJob job) {
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/jobs/" + job.jobId())
                .entity(PushedAnswer.single(job));
    }
}
