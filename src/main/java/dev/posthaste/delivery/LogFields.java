package dev.posthaste.delivery;

import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.TraceContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a line of the log is about, as fields beside its text: in a log of JSON they are looked for by name. Thread-safe.
 */
final class LogFields {
    private final String node;

    /** @param node what this one is called in the cluster */
    LogFields(String node) {
        this.node = node;
    }

    /** Those of what lines are about. */
    static final class About {
        private final Map<String, String> fields = new LinkedHashMap<>();

        private About and(String name, @Nullable Object value) {
            if (value != null) {
                fields.put(name, String.valueOf(value));
            }
            return this;
        }

        /** Writes lines, which have the fields. */
        void say(Runnable lines) {
            fields.forEach(MDC::put);
            try {
                lines.run();
            } finally {
                fields.keySet().forEach(MDC::remove);
            }
        }
    }

    /** Of an attempt that has failed. */
    About of(DueJob job, FailureReason reason) {
        return of(job).and("reason", reason.contractName());
    }

    /** Of a job. */
    About of(DueJob job) {
        return new About()
                .and("node", node)
                .and("job", job.id())
                .and("original_job", job.originalJobId())
                .and("queue", job.queue())
                .and("cron", job.cron() == null ? null : (Long) job.cron().id())
                .and("attempt", job.attemptNumber())
                .and("trace_id", traceId(job.request().trace()));
    }

    /** Of a callback's try that has failed. */
    About of(CallbackDao.Due callback, FailureReason reason) {
        return new About()
                .and("node", node)
                .and("job", callback.jobId())
                .and("callback", callback.id())
                .and("attempt", callback.attempts() + 1)
                .and("trace_id", traceId(callback.trace()))
                .and("reason", reason.contractName());
    }

    private static @Nullable String traceId(@Nullable TraceContext trace) {
        return trace == null ? null : trace.traceId();
    }
}
