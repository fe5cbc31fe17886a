package dev.posthaste.web;

import dev.posthaste.jobs.Job;
import dev.posthaste.jobs.JobSize;
import dev.posthaste.memory.ByteBudget;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Rooms;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the room for what a call is about to read from the database. What is of ordinary size has a quarter of its own, so
 * that it does not wait behind somebody who reads a large answer slowly. Thread-safe.
 */
final class ReadingRoom {
    /** A text's bytes as they come from the database, and two for each of its characters. */
    private static final int HELD_FOR_EACH_BYTE = 3;

    /** What belongs to a job and is counted by nobody: its URLs, callbacks, chain and the records themselves. */
    private static final long REST_OF_A_JOB = 64 * 1024;

    /** Headers of 16 KiB, two URLs, a queue's name, tags, what is redacted and an error's message. */
    private static final long MAX_ROW = 26 * 1024;

    /** Ten assertions of a path and a value of a thousand characters each. */
    private static final long MAX_QUEUE = 96 * 1024;

    private static final long RECORD = 1_024;

    /** As stored. Many of them may be read slowly at the same time. */
    private static final long MAX_ORDINARY_JOB = 64 * 1024;

    /** Any page of jobs, and one of queues where nobody asked for more than usual. */
    private static final long MAX_ORDINARY_PAGE = 2_640 * 1024;

    private final ByteBudget ordinary;
    private final ByteBudget large;
    private final JobSize weight;

    ReadingRoom(ByteBudget budget, JobSize weight) {
        long quarter = budget.bytes() / 4;
        this.ordinary = new ByteBudget("reading of ordinary answers", Math.max(1, quarter));
        this.large = new ByteBudget("reading of large answers", Math.max(1, budget.bytes() - quarter));
        this.weight = weight;
    }

    /**
     * For a job with all that belongs to it.
     *
     * @param more bytes that the call itself may add to it
     * @throws ApiException 503 when there is no room for a while
     */
    void ofJob(HttpServletRequest call, long teamId, long jobId, long more) {
        ofStored(call, weight.of(teamId, jobId) + more);
    }

    /**
     * For a thing that takes so many bytes as it is stored, with all that belongs to it.
     *
     * @throws ApiException 503 when there is no room for a while
     */
    void ofStored(HttpServletRequest call, long bytes) {
        ByteBudget budget = bytes <= MAX_ORDINARY_JOB ? ordinary : large;
        Rooms.of(call).take(budget, bytes * HELD_FOR_EACH_BYTE + REST_OF_A_JOB);
    }

    /**
     * For a page of jobs, to be shrunk when it has been read.
     *
     * @throws ApiException 503 when there is no room for a while
     */
    ByteBudget.Room ofPage(HttpServletRequest call, Page.Request page) {
        return ofPage(call, (page.limit() + 1L) * MAX_ROW);
    }

    /**
     * For a page of queues, to be shrunk when it has been read.
     *
     * @throws ApiException 503 when there is no room for a while
     */
    ByteBudget.Room ofQueues(HttpServletRequest call, Page.Request page) {
        return ofPage(call, (page.limit() + 1L) * MAX_QUEUE);
    }

    /**
     * For a page of crons, to be shrunk when it has been read.
     *
     * @throws ApiException 503 when there is no room for a while
     */
    ByteBudget.Room ofCrons(HttpServletRequest call, Page.Request page) {
        return ofPage(call, (page.limit() + 1L) * (MAX_ROW + MAX_QUEUE));
    }

    private ByteBudget.Room ofPage(HttpServletRequest call, long bytes) {
        return Rooms.of(call).take(bytes <= MAX_ORDINARY_PAGE ? ordinary : large, bytes);
    }

    /** What a page of queues holds in the end. */
    static long bytesOf(List<QueueAnswer> queues) {
        return queues.stream()
                .mapToLong(queue -> RECORD
                        + HELD_FOR_EACH_BYTE * (long) queue.successAssertions().length()
                        + HELD_FOR_EACH_BYTE * lengths(queue.redact()))
                .sum();
    }

    /** What a page of crons holds in the end. */
    static long bytesOfCrons(List<CronSummary> crons) {
        return crons.stream()
                .mapToLong(cron -> RECORD + HELD_FOR_EACH_BYTE * charactersOf(cron))
                .sum();
    }

    private static long charactersOf(CronSummary cron) {
        Map<String, String> headers = cron.headers() == null ? Map.of() : cron.headers();
        return length(cron.successAssertions())
                + length(cron.url())
                + lengths(cron.tags())
                + (cron.redact() == null ? 0 : lengths(cron.redact()))
                + lengths(List.copyOf(headers.keySet()))
                + lengths(List.copyOf(headers.values()));
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static long lengths(List<String> texts) {
        return texts.stream().mapToLong(String::length).sum();
    }

    /** What a page of jobs holds in the end. */
    static long bytes(List<Job> jobs) {
        return jobs.stream().mapToLong(ReadingRoom::bytes).sum();
    }

    private static long bytes(Job job) {
        long headers = job.request().headers().entrySet().stream()
                .mapToLong(
                        header -> header.getKey().length() + header.getValue().length())
                .sum();
        return RECORD
                + HELD_FOR_EACH_BYTE
                        * (headers
                                + job.request().url().length()
                                + lengths(job.request().tags())
                                + lengths(job.redaction().entries()));
    }
}
