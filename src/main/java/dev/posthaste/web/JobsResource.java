package dev.posthaste.web;

import dev.posthaste.intake.AcceptedJob;
import dev.posthaste.intake.Intake;
import dev.posthaste.intake.IntakeResult;
import dev.posthaste.intake.Submission;
import dev.posthaste.jobs.JobReader;
import dev.posthaste.teams.ApiToken;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
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
import java.util.List;
import java.util.function.Function;

/** Jobs: pushing them, and reading one. */
@Path("/api/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobsResource {
    private final PushedJobs pushed;
    private final Intake intake;
    private final JobReader jobs;
    private final Reading reading;

    JobsResource(PushedJobs pushed, Intake intake, JobReader jobs, Reading reading) {
        this.pushed = pushed;
        this.intake = intake;
        this.jobs = jobs;
        this.reading = reading;
    }

    /** Pushes a job. */
    @POST
    public Response push(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException {
        return accept(pushed.single(token, call), accepted -> answer(accepted.get(0)));
    }

    /** Pushes up to a thousand jobs, all or none. */
    @POST
    @Path("/batch")
    public Response pushBatch(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException {
        return accept(
                pushed.batch(token, call),
                accepted -> Response.status(Response.Status.CREATED).entity(PushedAnswer.batch(accepted)));
    }

    /** Shows a job with its runs, callbacks and chain. */
    @GET
    @Path("/{id}")
    public JobAnswer show(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call)
            throws SQLException {
        long jobId = Ids.parse(id, "Job");
        reading.ofJob(call, token.teamId(), jobId, 0);
        return jobs.find(token.teamId(), jobId).map(JobAnswer::of).orElseThrow(() -> ApiException.notFound("Job"));
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
        throw ApiException.conflict("The Idempotency-Key was used for another request within the last 24 hours.");
    }

    private static Response.ResponseBuilder answer(AcceptedJob job) {
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/jobs/" + job.jobId())
                .entity(PushedAnswer.single(job));
    }
}
