package dev.posthaste.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a filter stands in a column and in answers: an object of what it names, in the contract's words. */
public final class FilterText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, JsonNode>> NAMED = new TypeReference<>() {};
    private static final Set<String> NAMES = Set.of(
            "queue", "status", "final_status", "url", "tag", "host", "failure_reason", "before", "after", "replayed");

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

    /** Whether it names nothing that only a newer build knows: read without that, it would find too much. */
    static boolean isWhollyKnown(String text) {
        return NAMES.containsAll(namedIn(text).keySet());
    }

    static ChainFilter read(String text) {
        Map<String, JsonNode> named = namedIn(text);
        return new ChainFilter(
                text(named, "queue"),
                constant(JobStatus.class, text(named, "status")),
                constant(FinalStatus.class, text(named, "final_status")),
                text(named, "url"),
                text(named, "tag"),
                text(named, "host"),
                constant(FailureReason.class, text(named, "failure_reason")),
                instant(text(named, "before")),
                instant(text(named, "after")),
                flag(text(named, "replayed")));
    }

    private static Map<String, JsonNode> namedIn(String text) {
        try {
            return JSON.readValue(text, NAMED);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a filter column that is no object", e);
        }
    }

    private static @Nullable String text(Map<String, JsonNode> named, String name) {
        JsonNode value = named.get(name);
        return value == null ? null : value.asText();
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
