package dev.posthaste.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.contract.ContractName;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.jobs.ChainFilter;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobStatus;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a filter stands in a column and in answers: an object of what it names, in the contract's words. */
public final class FilterText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> NAMED = new TypeReference<>() {};

    private FilterText() {}

    /** What the filter names, by name. */
    public static Map<String, Object> named(ChainFilter filter) {
        Map<String, Object> named = new LinkedHashMap<>();
        put(named, "queue", filter.queue());
        put(named, "status", ContractName.orNull(filter.status()));
        put(named, "final_status", ContractName.orNull(filter.finalStatus()));
        put(named, "url", filter.url());
        put(named, "tag", filter.tag());
        put(named, "host", filter.host());
        put(named, "failure_reason", ContractName.orNull(filter.failureReason()));
        put(named, "before", ContractTime.secondsOrNull(filter.before()));
        put(named, "after", ContractTime.secondsOrNull(filter.after()));
        put(named, "replayed", filter.replayed());
        return named;
    }

    private static void put(Map<String, Object> named, String name, @Nullable Object value) {
        if (value != null) {
            named.put(name, value);
        }
    }

    static String write(ChainFilter filter) {
        try {
            return JSON.writeValueAsString(named(filter));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a filter that is no JSON", e);
        }
    }

    static ChainFilter read(String text) {
        try {
            Map<String, String> named = JSON.readValue(text, NAMED);
            return new ChainFilter(
                    named.get("queue"),
                    constant(JobStatus.class, named.get("status")),
                    constant(FinalStatus.class, named.get("final_status")),
                    named.get("url"),
                    named.get("tag"),
                    named.get("host"),
                    constant(FailureReason.class, named.get("failure_reason")),
                    instant(named.get("before")),
                    instant(named.get("after")),
                    flag(named.get("replayed")));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a filter column that is no object", e);
        }
    }

    private static <E extends Enum<E> & ContractName> @Nullable E constant(Class<E> type, @Nullable String name) {
        return name == null
                ? null
                : ContractName.find(type, name)
                        .orElseThrow(() -> new IllegalStateException("a filter column that says " + name));
    }

    private static @Nullable Boolean flag(@Nullable String value) {
        return value == null ? null : Boolean.valueOf(value);
    }

    private static @Nullable Instant instant(@Nullable String time) {
        return time == null ? null : OffsetDateTime.parse(time).toInstant();
    }
}
