package dev.posthaste.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.jobs.FailedJobs;
import dev.posthaste.jobs.Failures;
import dev.posthaste.queues.QueueReader;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.Ids;
import io.dropwizard.auth.Auth;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;

/** Why attempts of a queue fail, and where. */
@Path("/api/queues/{id}/failures")
@Produces(MediaType.APPLICATION_JSON)
public final class QueueFailuresResource {
    private final QueueReader queues;
    private final FailedJobs failed;

    QueueFailuresResource(QueueServices services) {
        this.queues = services.reader();
        this.failed = services.failed();
    }

    /** Of its newest five hundred failed attempts, a day at most. */
    @GET
    @RequiresScope(Scope.QUEUES_READ)
    public FailuresAnswer show(@Auth ApiToken token, @PathParam("id") String id) throws SQLException {
        long queueId = Ids.parse(id, "Queue");
        if (queues.find(token.teamId(), queueId).isEmpty()) {
            throw ApiException.notFound("Queue");
        }
        return FailuresAnswer.of(failed.failuresOf(token.teamId(), queueId));
    }

    /** As it was counted. */
    record FailuresAnswer(String since, long runs, List<Reason> reasons, List<Host> hosts) {
        private static FailuresAnswer of(Failures failures) {
            return new FailuresAnswer(
                    ContractTime.seconds(failures.since()),
                    failures.runs(),
                    failures.reasons().stream()
                            .map(one -> new Reason(one.reason().contractName(), one.count()))
                            .toList(),
                    failures.hosts().stream()
                            .map(one -> new Host(one.name(), one.count(), ContractTime.millis(one.lastAt())))
                            .toList());
        }
    }

    /** How often a reason was the one. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Reason(String failureReason, long count) {}

    /** How often a host was the one. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Host(String host, long count, String lastAt) {}
}
