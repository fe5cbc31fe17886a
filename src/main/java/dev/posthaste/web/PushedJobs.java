package dev.posthaste.web;

import dev.posthaste.intake.NewJob;
import java.util.ArrayList;
import java.util.List;

/** Reads the bodies of the two pushing calls. Thread-safe. */
final class PushedJobs {
    private static final int LARGEST_BATCH = 1_000;

    private final JsonDocument json;
    private final NewJobReader reader;

    PushedJobs(JsonDocument json, NewJobReader reader) {
        this.json = json;
        this.reader = reader;
    }

    /** @throws ApiException when it is no valid job */
    NewJob single(RequestBytes body) {
        Errors errors = new Errors();
        NewJob job = reader.read(json.readBody(body.text()), "", errors);
        if (job == null) {
            throw ApiException.invalid(errors);
        }
        return job;
    }

    /** @throws ApiException when one of them is no valid job */
    List<NewJob> batch(RequestBytes body) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody(body.text()), "", errors);
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
        List<JsonValue> elements = json.elements(array, LARGEST_BATCH);
        if (elements.isEmpty()) {
            fields.complain("jobs", "is required.");
        }
        if (elements.size() > LARGEST_BATCH) {
            fields.complain("jobs", "must not have more than " + LARGEST_BATCH + " items.");
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
