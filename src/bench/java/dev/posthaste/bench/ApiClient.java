package dev.posthaste.bench;

import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** Pushes jobs to a server over HTTP, as a client of it would. Thread-safe. */
final class ApiClient implements AutoCloseable {
    /** The most jobs in one call. */
    static final int MAX_BATCH = 1_000;

    private final ServerProcess server;
    private final RequestSender sender;

    ApiClient(ServerProcess server, int connections) {
        this.server = server;
        this.sender = new RequestSender(connections);
    }

    /** A job that is due at an instant, to the millisecond. */
    static String job(String queue, String url, Instant due) {
        return job(queue, url, "\"run_at\": \"" + due + "\"");
    }

    /** A job that is never due while the bench runs. */
    static String distantJob(String queue, String url) {
        return job(queue, url, "\"delay\": 86400");
    }

    private static String job(String queue, String url, String when) {
        return "{\"queue\": \"" + queue + "\", \"url\": \"" + url + "\", \"payload\": " + RequestSender.PAYLOAD + ", "
                + when + "}";
    }

    /** Pushes one job; anything but a 201 is an error. */
    void push(String job) throws IOException {
        post(server.url("/api/jobs"), job);
    }

    /** Pushes the same job so many times, in batches on as many connections as there are processors. */
    void pushMany(String job, int count) throws Exception {
        int batches = (count + MAX_BATCH - 1) / MAX_BATCH;
        Callers.rate(2, batches, batch -> pushBatch(job, Math.min(MAX_BATCH, count - batch * MAX_BATCH)));
    }

    /** Pushes the same job so many times in one call. */
    void pushBatch(String job, int count) throws IOException {
        List<String> jobs = Collections.nCopies(count, job);
        post(server.url("/api/jobs/batch"), "{\"jobs\": [" + String.join(",", jobs) + "]}");
    }

    /** Posts a body to any address of the bench and wants a 201. */
    void post(String url, String body) throws IOException {
        HttpPost post = new HttpPost(url);
        post.setHeader("Authorization", "Bearer " + ServerProcess.TOKEN);
        post.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
        int status = sender.execute(post);
        if (status != 201) {
            throw new IOException(url + " answered " + status);
        }
    }

    @Override
    public void close() throws IOException {
        sender.close();
    }
}
