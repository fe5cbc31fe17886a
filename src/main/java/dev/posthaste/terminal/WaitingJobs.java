package dev.posthaste.terminal;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Jobs that have not ended, and when they are due. The one that was looked at longest ago comes first. */
final class WaitingJobs {
    private static final int MOST = 10_000;

    private final Map<Long, Instant> dueAt = new LinkedHashMap<>();

    /** Says whether there was room for it. */
    boolean add(JsonFields job) {
        long id = job.number("id");
        if (dueAt.size() >= MOST && !dueAt.containsKey(id)) {
            return false;
        }
        dueAt.put(id, due(job.text("scheduled_at")));
        return true;
    }

    boolean has(long id) {
        return dueAt.containsKey(id);
    }

    /** Says whether it was one of these. */
    boolean remove(long id) {
        return dueAt.remove(id) != null;
    }

    /** Those that may have ended by now; they go to the end of the row. */
    List<Long> due(Instant now, int max) {
        List<Long> due = new ArrayList<>();
        for (Map.Entry<Long, Instant> job : dueAt.entrySet()) {
            if (!job.getValue().isAfter(now)) {
                due.add(job.getKey());
                if (due.size() == max) {
                    break;
                }
            }
        }
        for (Long id : due) {
            Instant at = dueAt.remove(id);
            dueAt.put(id, at == null ? Instant.EPOCH : at);
        }
        return due;
    }

    private static Instant due(String time) {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
