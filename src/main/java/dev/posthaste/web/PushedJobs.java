package dev.posthaste.web;

import dev.posthaste.intake.NewJob;
import dev.posthaste.intake.Submission;
import dev.posthaste.json.JsonValue;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequestBytes;
import dev.posthaste.web.input.FieldReader;
import dev.posthaste.web.input.IdempotencyHeader;
import dev.posthaste.web.input.JsonDocument;
import dev.posthaste.web.input.JsonFields;
import dev.posthaste.web.input.NewJobReader;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
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
        Pushed pushed = pushed(key, bodies.single(call), "/api/jobs");
        return new Submission(token.teamId(), token.id(), List.of(single(pushed.text())), pushed.idempotency());
    }

    /** @throws ApiException when one of them is no valid job */
    Submission batch(ApiToken token, HttpServletRequest call) throws IOException {
        String key = IdempotencyHeader.key(call);
        Pushed pushed = pushed(key, bodies.batch(call), "/api/jobs/batch");
        return new Submission(token.teamId(), token.id(), batch(pushed.text()), pushed.idempotency());
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
        if (!errors.isEmpty()) {
            throw ApiException.invalid(errors);
        }
        return jobs;
    }

    private List<NewJob> jobs(FieldReader fields, Errors errors) {
        JsonValue value = fields.take("jobs");
        if (value == null) {
            fields.complain("jobs", "is required.");
            return List.of();
        }
        if (!(value instanceof JsonValue.ArrayText array)) {
            fields.complain("jobs", "must be an array.");
            return List.of();
        }
        List<JsonValue> elements = json.elements(array, MAX_BATCH);
        if (elements.isEmpty()) {
            fields.complain("jobs", "is required.");
        }
        if (elements.size() > MAX_BATCH) {
            fields.complain("jobs", "must not have more than " + MAX_BATCH + " items.");
            return List.of();
        }
        List<NewJob> jobs = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) instanceof JsonValue.ObjectText object) {
                JsonFields job = json.fields(object);
                NewJob read = reader.read(job, "jobs." + i + ".", errors);
                if (read != null) {
                    jobs.add(read);
                }
            } else {
                fields.complain("jobs." + i, "must be an object.");
            }
        }
        return jobs;
    }
}
