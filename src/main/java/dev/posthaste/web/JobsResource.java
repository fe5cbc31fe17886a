package dev.posthaste.web;

import dev.posthaste.intake.AcceptedJob;
import dev.posthaste.intake.Intake;
import dev.posthaste.intake.IntakeResult;
import dev.posthaste.intake.NewJob;
import dev.posthaste.intake.Submission;
import dev.posthaste.jobs.JobReader;
import dev.posthaste.teams.ApiToken;
import io.dropwizard.auth.Auth;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Jobs: pushing them, and reading one. */
@Path("/api/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobsResource {
    private final PushedJobs pushed;
    private final Intake intake;
    private final JobReader jobs;
    private final BodyLimits limits;

    JobsResource(PushedJobs pushed, Intake intake, JobReader jobs, BodyLimits limits) {
        this.pushed = pushed;
        this.intake = intake;
        this.jobs = jobs;
        this.limits = limits;
    }

    /** Pushes a job. */
    @POST
    public Response push(
            @Auth ApiToken token,
            @Context HttpHeaders headers,
            @HeaderParam(IdempotencyHeader.NAME) @Nullable String idempotencyKey,
            InputStream content)
            throws IOException {
        RequestBytes body = RequestBytes.read(content, headers, limits.single());
        Submission.Idempotency idempotency = IdempotencyHeader.read(idempotencyKey, "/api/jobs", body);
        NewJob job = pushed.single(body);
        return accept(token, List.of(job), idempotency, accepted -> answer(accepted.get(0)));
    }

    /** Pushes up to a thousand jobs, all or none. */
    @POST
    @Path("/batch")
    public Response pushBatch(
            @Auth ApiToken token,
            @Context HttpHeaders headers,
            @HeaderParam(IdempotencyHeader.NAME) @Nullable String idempotencyKey,
            InputStream content)
            throws IOException {
        RequestBytes body = RequestBytes.read(content, headers, limits.batch());
        Submission.Idempotency idempotency = IdempotencyHeader.read(idempotencyKey, "/api/jobs/batch", body);
        List<NewJob> batch = pushed.batch(body);
        return accept(
                token,
                batch,
                idempotency,
                accepted -> Response.status(Response.Status.CREATED).entity(PushedAnswer.batch(accepted)));
    }

    /** Shows a job with its runs, callbacks and chain. */
    @GET
    @Path("/{id}")
    public JobAnswer show(@Auth ApiToken token, @PathParam("id") String id) throws SQLException {
        return jobs.find(token.teamId(), Ids.parse(id, "Job"))
                .map(JobAnswer::of)
                .orElseThrow(() -> ApiException.notFound("Job"));
    }

    private Response accept(
            ApiToken token,
            List<NewJob> newJobs,
            Submission.@Nullable Idempotency idempotency,
            Function<List<AcceptedJob>, Response.ResponseBuilder> answer) {
        IntakeResult result = intake.accept(new Submission(token.teamId(), token.id(), newJobs, idempotency));
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
