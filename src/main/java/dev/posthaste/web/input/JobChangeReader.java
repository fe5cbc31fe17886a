package dev.posthaste.web.input;

import dev.posthaste.steering.JobChange;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;

/** Reads what is to be changed of a pending job. Thread-safe. */
public final class JobChangeReader {
    private final JsonDocument json;
    private final RequestFields requests;

    public JobChangeReader(JsonDocument json, RequestFields requests) {
        this.json = json;
        this.requests = requests;
    }

    /**
     * What is to be changed of a job.
     *
     * @throws ApiException when a field is not valid, or cannot be changed
     */
    public JobChange read(String body) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody(body), "", errors);
        JobChange change = new JobChange(
                requests.url(fields),
                requests.method(fields),
                requests.headers(fields),
                requests.body(fields),
                requests.callbackUrl(fields),
                requests.timeoutSeconds(fields),
                requests.retryDelays(fields),
                requests.priority(fields),
                requests.schedule(fields),
                requests.tags(fields));
        fields.refuseUnknown();
        errors.mustBeNone();
        return change;
    }
}
