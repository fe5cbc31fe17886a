package dev.posthaste.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How headers and delays stand in text columns. */
final class JobText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, String>> HEADERS = new TypeReference<>() {};

    private JobText() {}

    static String headers(Map<String, String> headers) {
        try {
            return JSON.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("headers that are no JSON", e);
        }
    }

    static Map<String, String> headers(String json) {
        try {
            return JSON.readValue(json, HEADERS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a headers column that is no JSON object", e);
        }
    }

    /** The literal of an {@code integer[]}, for arrays of arrays, which {@code unnest} would flatten. */
    static @Nullable String intArray(@Nullable List<Integer> values) {
        return values == null ? null : values.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }

    static List<Integer> ints(Array array) throws SQLException {
        return Arrays.asList((Integer[]) array.getArray());
    }
}
