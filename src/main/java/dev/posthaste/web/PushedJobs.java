package dev.posthaste.web;

import dev.posthaste.intake.NewJob;
import dev.posthaste.intake.Submission;
import dev.posthaste.jobs.TraceContext;
import dev.posthaste.json.JsonValue;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequestBytes;
import dev.posthaste.web.input.FieldReader;
import dev.posthaste.web.input.IdempotencyHeader;
import dev.posthaste.web.input.JsonDocument;
import dev.posthaste.web.input.NewJobReader;
import dev.posthaste.web.input.TraceHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of the two pushing calls. Thread-safe. */
final class PushedJobs {
    private static final int MAX_BATCH = 1_000;

    private final Bodies bodies;
    private final JsonDocument json;
    private final NewJobReader reader;

    PushedJobs(Bodies bodies, JsonDocument json, NewJobReader reader) {
        this.bodies = bodies;
        this.json = json;
        this.reader = reader;
    }

    /** @throws ApiException when it is no valid job */
    Submission single(ApiToken token, HttpServletRequest call) throws IOException {
        String key = IdempotencyHeader.key(call);
        TraceContext trace = TraceHeaders.context(call);
        Pushed pushed = pushed(key, bodies.single(call), "/api/jobs");
        return new Submission(
                token.teamId(), token.id(), List.of(single(pushed.text()).from(trace)), pushed.idempotency());
    }

    /** @throws ApiException when one of them is no valid job */
    Submission batch(ApiToken token, HttpServletRequest call) throws IOException {
        String key = IdempotencyHeader.key(call);
        TraceContext trace = TraceHeaders.context(call);
        Pushed pushed = pushed(key, bodies.batch(call), "/api/jobs/batch");
        List<NewJob> jobs =
                batch(pushed.text()).stream().map(job -> job.from(trace)).toList();
        return new Submission(token.teamId(), token.id(), jobs, pushed.idempotency());
    }

    /** All that is needed of a body: its bytes are let go before its text is read, and its text before the commit. */
    private record Pushed(String text, Submission.@Nullable Idempotency idempotency) {}

    private static Pushed pushed(@Nullable String key, RequestBytes body, String path) {
        Submission.Idempotency idempotency = key == null ? null : IdempotencyHeader.promise(key, path, body);
        return new Pushed(body.text(), idempotency);
    }

    private NewJob single(String body) {
        Errors errors = new Errors();
        NewJob job = reader.read(json.readBody(body), "", errors);
        if (job == null) {
            throw ApiException.invalid(errors);
        }
        return job;
    }

    private List<NewJob> batch(String body) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody(body), "", errors);
        List<NewJob> jobs = jobs(fields, errors);
        fields.refuseUnknown();
        errors.mustBeNone();
        return jobs;
    }

    private List<NewJob> jobs(FieldReader fields, Errors errors) {
        int before = errors.count();
        List<NewJob> jobs = fields.list(json, "jobs", MAX_BATCH, (name, element) -> {
            if (element instanceof JsonValue.ObjectText object) {
                return reader.read(json.fields(object), name + ".", errors);
            }
            fields.complain(name, "must be an object.");
            return null;
        });
        boolean isMissing = jobs == null ? errors.count() == before : jobs.isEmpty();
        if (isMissing) {
            fields.complain("jobs", "is required.");
        }
        return jobs == null ? List.of() : jobs;
    }
}
