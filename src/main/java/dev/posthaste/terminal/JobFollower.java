package dev.posthaste.terminal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds out what is new and what has ended since it looked last: by the newest jobs of the list, and by asking for those that
 * are due one by one, some at each look. What it keeps is bounded. Not thread-safe.
 */
final class JobFollower {
    /** Hears what has happened, in its order as far as that is known. */
    interface Listener {
        /** A job is there that was not. */
        void accepted(JsonFields job);

        /** A job has ended. It has its runs where there was time to ask for them. */
        void ended(JsonFields job);

        /** A job has been deleted before its end was seen. */
        void gone(long id);

        /** Something is not told. */
        void untold(String why);
    }

    /** New jobs that one look tells of. */
    private static final int MOST_NEW = 1_000;

    /** A page, as large as there are any. */
    private static final int PAGE = 100;

    /** Pages without a job that one look reads, of thousands of jobs each that the filter does not mean. */
    private static final int MOST_EMPTY = 3;

    /** Jobs that one look asks for by themselves. */
    private static final int MOST_ASKED = 25;

    private final ApiClient api;
    private final Map<String, String> filters;
    private final Listener listener;
    private final SeenJobs seen = new SeenJobs();
    private final WaitingJobs waiting = new WaitingJobs();
    private boolean isFull;
    private int asked;

    JobFollower(ApiClient api, Map<String, String> filters, Listener listener) {
        this.api = api;
        this.filters = filters;
        this.listener = listener;
    }

    /** Takes what there is now as known; the ends of what is pending are told. */
    void begin() {
        List<JsonFields> known = new ArrayList<>();
        new Pages(api, "/api/jobs", filters).read(PAGE, page -> {
            known.addAll(page);
            return true;
        });
        know(known);
        boolean hasMore = false;
        for (String status : List.of("processing", "pending")) {
            Map<String, String> pending = new LinkedHashMap<>(filters);
            pending.put("status", status);
            hasMore |= new Pages(api, "/api/jobs", pending).read(MOST_NEW, page -> {
                page.forEach(this::await);
                return true;
            });
        }
        if (hasMore) {
            listener.untold(
                    "More than " + Shown.number(MOST_NEW) + " jobs wait; the ends of the older ones are not told.");
        }
    }

    /** Tells what has happened since. What it does not get to, because the server is away, it tells at the next look. */
    void look() {
        asked = 0;
        Map<Long, JsonFields> met = new LinkedHashMap<>();
        AtomicInteger empty = new AtomicInteger();
        boolean hasMore = new Pages(api, "/api/jobs", filters).read(MOST_NEW, page -> {
            if (met.isEmpty() && !page.isEmpty() && seen.isBelow(page.get(0).number("id"))) {
                listener.untold("This is another database than before; what it holds is taken as known.");
                know(page);
            }
            page.forEach(job -> met.putIfAbsent(job.number("id"), job));
            // A page for a rare filter may be short of what it has looked at.
            return page.isEmpty()
                    ? empty.incrementAndGet() <= MOST_EMPTY
                    : page.stream().anyMatch(job -> seen.isNew(job.number("id")));
        });
        List<JsonFields> news = new ArrayList<>(met.values());
        Collections.reverse(news);
        news.forEach(this::meet);
        if (hasMore && met.size() >= MOST_NEW) {
            listener.untold(
                    "More than " + Shown.number(MOST_NEW) + " jobs were new at once; the older ones are not told.");
        }
        for (long id : waiting.due(Instant.now(), MOST_ASKED)) {
            if (!met.containsKey(id)) {
                askFor(id);
            }
        }
    }

    private void know(List<JsonFields> page) {
        List<Long> ids = page.stream().map(job -> job.number("id")).toList();
        seen.begin(ids.isEmpty() ? 0 : Collections.min(ids) - 1);
        ids.forEach(seen::add);
    }

    /** Each thing is noted when it has been told: between the two nothing is asked of the server, which may be away. */
    private void meet(JsonFields job) {
        long id = job.number("id");
        boolean isNew = seen.isNew(id);
        if (isNew) {
            listener.accepted(job);
            seen.add(id);
        }
        if (!hasEnded(job)) {
            await(job);
        } else if (isNew || waiting.has(id)) {
            boolean isToldWhy = job.text("status").equals("failed") && asked < MOST_ASKED;
            if (isToldWhy) {
                // Until its end is told.
                await(job);
            }
            if (!isToldWhy || !askFor(id)) {
                waiting.remove(id);
                listener.ended(job);
            }
        }
    }

    private void await(JsonFields job) {
        if (!waiting.add(job) && !isFull) {
            isFull = true;
            listener.untold("More jobs wait than can be followed; not all of their ends are told.");
        }
    }

    /** Asks for a job by itself and tells its end; says whether it has been told. */
    private boolean askFor(long id) {
        asked++;
        ApiAnswer answer = api.get("/api/jobs/" + id);
        if (answer.status() == 404) {
            waiting.remove(id);
            listener.gone(id);
            return true;
        }
        JsonFields job = answer.done();
        if (!hasEnded(job)) {
            await(job);
            return false;
        }
        waiting.remove(id);
        listener.ended(job);
        return true;
    }

    private static boolean hasEnded(JsonFields job) {
        return !job.text("status").equals("pending") && !job.text("status").equals("processing");
    }
}
