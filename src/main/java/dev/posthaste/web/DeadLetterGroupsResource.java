package dev.posthaste.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.jobs.DeadLetterGroups;
import dev.posthaste.queues.QueueReader;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.ListFilters;
import io.dropwizard.auth.Auth;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How many dead letters have something in common. */
@Path("/api/dead-letters/groups")
@Produces(MediaType.APPLICATION_JSON)
public final class DeadLetterGroupsResource {
    private final DeadLetterGroups groups;
    private final QueueReader queues;

    DeadLetterGroupsResource(JobServices jobs, QueueServices queues) {
        this.groups = jobs.deadLetterGroups();
        this.queues = queues.reader();
    }

    /** Of all that the team has, or of its newest. */
    @GET
    @RequiresScope(Scope.JOBS_READ)
    public GroupsAnswer count(@Auth ApiToken token, @QueryParam("by") @Nullable String by) throws SQLException {
        Errors errors = new Errors();
        DeadLetterGroups.By wanted = ListFilters.oneOf("by", by, DeadLetterGroups.By.class, errors);
        if (errors.isEmpty() && wanted == null) {
            errors.add("by", "is required.");
        }
        errors.mustBeNone();
        DeadLetterGroups.By known = Objects.requireNonNull(wanted);
        DeadLetterGroups.Counted counted =
                switch (known) {
                    case QUEUE -> queues.deadLetters(token.teamId());
                    case HOST -> groups.byHost(token.teamId());
                    case FAILURE_REASON -> groups.byFailureReason(token.teamId());
                };
        return new GroupsAnswer(
                known.contractName(),
                counted.lookedAt(),
                counted.isComplete(),
                counted.groups().stream()
                        .map(group -> new Group(group.value(), group.count()))
                        .toList());
    }

    /**
     * What was counted.
     *
     * @param lookedAt how many dead letters
     * @param complete whether these are all that there are
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record GroupsAnswer(String by, long lookedAt, boolean complete, List<Group> groups) {}

    /** How many have a value in common. */
    record Group(String value, long count) {}
}
