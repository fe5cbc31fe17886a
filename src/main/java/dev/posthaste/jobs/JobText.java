package dev.posthaste.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How headers, delays and tags stand in columns. */
final class JobText {
    private static final TypeReference<LinkedHashMap<String, String>> HEADERS = new TypeReference<>() {};
    // For this one type, so that nothing is looked up for each header of each run.
    private static final ObjectReader READER = new ObjectMapper().readerFor(HEADERS);
    private static final ObjectWriter WRITER =
            new ObjectMapper().writerFor(new TypeReference<Map<String, String>>() {});

    private JobText() {}

    static String headers(Map<String, String> headers) {
        try {
            return WRITER.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("headers that are no JSON", e);
        }
    }

    static Map<String, String> headers(String json) {
        try {
            return READER.readValue(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a headers column that is no JSON object", e);
        }
    }

    /** The literal of an {@code integer[]}, for arrays of arrays, which {@code unnest} would flatten. */
    static @Nullable String intArray(@Nullable List<Integer> values) {
        return values == null ? null : values.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }

    /** The literal of a {@code text[]}, likewise; null for none, so that no row grows by what it does not have. */
    static @Nullable String textArray(List<String> values) {
        return values.isEmpty()
                ? null
                : values.stream()
                        .map(value -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                        .collect(Collectors.joining(",", "{", "}"));
    }

    /** What was written as {@link #textArray}. */
    static List<String> texts(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    static List<Integer> ints(Array array) throws SQLException {
        return Arrays.asList((Integer[]) array.getArray());
    }
}
