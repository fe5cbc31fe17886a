package dev.posthaste.web;

import dev.posthaste.intake.AcceptedJob;
import dev.posthaste.jobs.JobReader;
import dev.posthaste.redaction.Masks;
import dev.posthaste.sql.SqlFailure;
import dev.posthaste.steering.JobChange;
import dev.posthaste.steering.JobSteering;
import dev.posthaste.steering.SteeringResult;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.EmptyBodies;
import dev.posthaste.web.input.Ids;
import dev.posthaste.web.input.JobChangeReader;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs that were pushed before: changing, cancelling, replaying and removing them. */
@Path("/api/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class SteeringResource {
    private static final Logger LOG = LoggerFactory.getLogger(SteeringResource.class);
    private static final String DONE = "This was done, but the database does not serve the job just now. Read the job.";

    private final JobReader reader;
    private final JobSteering steering;
    private final JobChangeReader changes;
    private final Bodies bodies;
    private final EmptyBodies emptyBodies;
    private final Masks masks;
    private final ReadingRoom reading;

    SteeringResource(
            JobServices jobs, JobChangeReader changes, Bodies bodies, EmptyBodies emptyBodies, ReadingRoom reading) {
        this.reader = jobs.reader();
        this.steering = jobs.steering();
        this.masks = jobs.masks();
        this.changes = changes;
        this.bodies = bodies;
        this.emptyBodies = emptyBodies;
        this.reading = reading;
    }

    /** Cancels whatever of the job's chain is pending. */
    @POST
    @Path("/{id}/cancel")
    @RequiresScope(Scope.JOBS_WRITE)
    public JobAnswer cancel(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long jobId = Ids.parse(id, "Job");
        emptyBodies.check(call);
        reading.ofJob(call, token.teamId(), jobId, 0);
        refuse(steering.cancel(token.teamId(), jobId, Callers.of(token, call)));
        return answer(token, jobId);
    }

    /** Changes a job that is still pending. */
    @PATCH
    @Path("/{id}")
    @RequiresScope(Scope.JOBS_WRITE)
    public JobAnswer change(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long jobId = Ids.parse(id, "Job");
        String body = bodies.single(call).text();
        JobChange change = changes.read(body);
        // Before anything is changed: who is told to try again must find what he left.
        reading.ofJob(call, token.teamId(), jobId, body.length());
        refuse(steering.change(token.teamId(), jobId, change, Callers.of(token, call)));
        return answer(token, jobId);
    }

    /** Sends a finished job's request again, as a new job. */
    @POST
    @Path("/{id}/replay")
    @RequiresScope(Scope.JOBS_WRITE)
    public Response replay(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws IOException, SQLException {
        long jobId = Ids.parse(id, "Job");
        emptyBodies.check(call);
        SteeringResult result = steering.replay(token.teamId(), jobId, Callers.of(token, call));
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
    @RequiresScope(Scope.JOBS_WRITE)
    public Response delete(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws SQLException {
        refuse(steering.delete(token.teamId(), Ids.parse(id, "Job"), Callers.of(token, call)));
        return Response.noContent().build();
    }

    /** The job as it is after what was done, which whoever repeats it would be refused. */
    private JobAnswer answer(ApiToken token, long jobId) throws SQLException {
        try {
            return reader.find(token.teamId(), jobId)
                    .map(job -> JobAnswer.of(job, masks))
                    .orElseThrow(() -> ApiException.notFound("Job"));
        } catch (SQLException | RuntimeException e) {
            if (SqlFailure.isPassing(e)) {
                LOG.warn("What was done with job {} could not be shown: {}", jobId, e.getMessage());
                throw ApiException.unavailable(DONE);
            }
            throw e;
        }
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
