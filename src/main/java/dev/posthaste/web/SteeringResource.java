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
import dev.posthaste.memory.ByteBudget;
import dev.posthaste.teams.ApiToken;
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
import org.jspecify.annotations.Nullable;

/** Jobs that were pushed before: listing, changing, cancelling, replaying and removing them. */
@Path("/api/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class SteeringResource {
    private final JobLister lister;
    private final JobReader reader;
    private final JobSteering steering;
    private final JobChangeReader changes;
    private final Bodies bodies;
    private final EmptyBodies emptyBodies;
    private final Reading reading;

    SteeringResource(
            JobServices jobs, JobChangeReader changes, Bodies bodies, EmptyBodies emptyBodies, Reading reading) {
        this.lister = jobs.lister();
        this.reader = jobs.reader();
        this.steering = jobs.steering();
        this.changes = changes;
        this.bodies = bodies;
        this.emptyBodies = emptyBodies;
        this.reading = reading;
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
            @QueryParam("limit") @Nullable String limit,
            @Context HttpServletRequest call)
            throws SQLException {
        Errors errors = new Errors();
        JobFilter filter = new JobFilter(
                Query.queue(queue, errors),
                Query.oneOf("status", status, JobStatus.values(), JobStatus::wireName, errors),
                Query.oneOf("final_status", finalStatus, FinalStatus.values(), FinalStatus::wireName, errors),
                Query.url(url, errors));
        if (!errors.isEmpty()) {
            throw ApiException.invalid(errors);
        }
        Cursors cursors = cursors(filter);
        Page.Request page = Page.Request.parse(cursor, limit, cursors);
        ByteBudget.Room room = reading.ofPage(call, page);
        JobPage found = lister.list(token.teamId(), filter, page.before(), page.limit());
        room.shrinkTo(Reading.bytes(found.jobs()));
        Long next = found.nextBefore();
        return new Page<>(
                found.jobs().stream().map(JobSummary::of).toList(), next == null ? null : cursors.before(next));
    }

    private static Cursors cursors(JobFilter filter) {
        JobStatus status = filter.status();
        FinalStatus finalStatus = filter.finalStatus();
        return new Cursors(
                "jobs",
                Arrays.asList(
                        filter.queue(),
                        status == null ? null : status.wireName(),
                        finalStatus == null ? null : finalStatus.wireName(),
                        filter.url()));
    }

    /** Cancels whatever of the job's chain is pending. */
    @POST
    @Path("/{id}/cancel")
    public JobAnswer cancel(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long jobId = Ids.parse(id, "Job");
        emptyBodies.check(call);
        reading.ofJob(call, token.teamId(), jobId, 0);
        refuse(steering.cancel(token.teamId(), jobId));
        return answer(token, jobId);
    }

    /** Changes a job that is still pending. */
    @PATCH
    @Path("/{id}")
    public JobAnswer change(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long jobId = Ids.parse(id, "Job");
        String body = bodies.single(call).text();
        JobChange change = changes.read(body);
        // Before anything is changed: who is told to try again must find what he left.
        reading.ofJob(call, token.teamId(), jobId, body.length());
        refuse(steering.change(token.teamId(), jobId, change));
        return answer(token, jobId);
    }

    /** Sends a finished job's request again, as a new job. */
    @POST
    @Path("/{id}/replay")
    public Response replay(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long jobId = Ids.parse(id, "Job");
        emptyBodies.check(call);
        SteeringResult result = steering.replay(token.teamId(), jobId);
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
