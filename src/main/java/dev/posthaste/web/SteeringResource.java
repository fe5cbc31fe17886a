package dev.posthaste.web;

import dev.posthaste.intake.AcceptedJob;
import dev.posthaste.intake.JobChange;
import dev.posthaste.intake.JobSteering;
import dev.posthaste.intake.SteeringResult;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobFilter;
import dev.posthaste.jobs.JobLister;
import dev.posthaste.jobs.JobPage;
import dev.posthaste.jobs.JobReader;
import dev.posthaste.jobs.JobStatus;
import dev.posthaste.teams.ApiToken;
import io.dropwizard.auth.Auth;
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
import java.io.InputStream;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Jobs that were pushed before: listing, changing, cancelling, replaying and removing them. */
@Path("/api/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class SteeringResource {
    private final JobLister lister;
    private final JobReader reader;
    private final JobSteering steering;
    private final JobChangeReader changes;
    private final BodyLimits limits;

    SteeringResource(JobServices jobs, JobChangeReader changes, BodyLimits limits) {
        this.lister = jobs.lister();
        this.reader = jobs.reader();
        this.steering = jobs.steering();
        this.changes = changes;
        this.limits = limits;
    }

    /** The team's jobs, newest first. */
    @GET
    public Page<JobSummary> list(
            @Auth ApiToken token,
            @QueryParam("queue") @Nullable String queue,
            @QueryParam("status") @Nullable String status,
            @QueryParam("final_status") @Nullable String finalStatus,
            @QueryParam("url") @Nullable String url,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit)
            throws SQLException {
        Page.Request page = Page.Request.parse(cursor, limit);
        Errors errors = new Errors();
        JobFilter filter = new JobFilter(
                Query.blankAsNull(queue),
                Query.oneOf("status", status, JobStatus::fromWireName, errors),
                Query.oneOf("final_status", finalStatus, FinalStatus::fromWireName, errors),
                Query.blankAsNull(url));
        if (!errors.isEmpty()) {
            throw ApiException.invalid(errors);
        }
        JobPage found = lister.list(token.teamId(), filter, page.before(), page.limit());
        Long next = found.nextBefore();
        return new Page<>(found.jobs().stream().map(JobSummary::of).toList(), next == null ? null : Page.cursor(next));
    }

    /** Cancels whatever of the job's chain is pending. */
    @POST
    @Path("/{id}/cancel")
    public JobAnswer cancel(@Auth ApiToken token, @PathParam("id") String id) throws SQLException {
        long jobId = Ids.parse(id, "Job");
        refuse(steering.cancel(token.teamId(), jobId));
        return answer(token, jobId);
    }

    /** Changes a job that is still pending. */
    @PATCH
    @Path("/{id}")
    public JobAnswer change(
            @Auth ApiToken token, @PathParam("id") String id, @Context HttpHeaders headers, InputStream content)
            throws IOException, SQLException {
        long jobId = Ids.parse(id, "Job");
        JobChange change = changes.read(RequestBytes.read(content, headers, limits.single()));
        refuse(steering.change(token.teamId(), jobId, change));
        return answer(token, jobId);
    }

    /** Sends a finished job's request again, as a new job. */
    @POST
    @Path("/{id}/replay")
    public Response replay(@Auth ApiToken token, @PathParam("id") String id) throws SQLException {
        SteeringResult result = steering.replay(token.teamId(), Ids.parse(id, "Job"));
        if (result instanceof SteeringResult.Replayed replayed) {
            AcceptedJob job = replayed.job();
            return Response.status(Response.Status.CREATED)
                    .header(HttpHeaders.LOCATION, "/api/jobs/" + job.jobId())
                    .entity(PushedAnswer.single(job))
                    .build();
        }
        refuse(result);
        throw new IllegalStateException("a replay without a job");
    }

    /** Removes the job's whole chain. */
    @DELETE
    @Path("/{id}")
    public Response delete(@Auth ApiToken token, @PathParam("id") String id) throws SQLException {
        refuse(steering.delete(token.teamId(), Ids.parse(id, "Job")));
        return Response.noContent().build();
    }

    private JobAnswer answer(ApiToken token, long jobId) throws SQLException {
        return reader.find(token.teamId(), jobId).map(JobAnswer::of).orElseThrow(() -> ApiException.notFound("Job"));
    }

    private static void refuse(SteeringResult result) {
        if (result instanceof SteeringResult.NoSuchJob) {
            throw ApiException.notFound("Job");
        }
        if (result instanceof SteeringResult.NotAllowed refused) {
            throw ApiException.conflict(refused.why());
        }
    }
}
