package dev.posthaste;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.text.StringSubstitutor;
import org.apache.commons.text.lookup.StringLookup;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code ${NAME:-default}} of the configuration from the environment, escaped for the double quotes that it
 * stands in: a password may hold whatever it likes, {@code ${…}} too. An empty variable counts as one that is not set.
 * Where {@code NAME_FILE} is set, the value is what stands in that file, without the line break at its end: so
 * orchestrators hand out secrets.
 */
final class QuotedEnvironment {
    private static final int MAX_BYTES = 64 * 1024;

    private final Map<String, String> environment;

    QuotedEnvironment(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** Fails with a sentence when a file that is named cannot be read, or the variable is set beside it. */
    StringSubstitutor substitutor() {
        // Not the library's own look-up by a function, which takes a failure for a variable that is not set.
        StringLookup lookup = this::quoted;
        return new StringSubstitutor(lookup);
    }

    private @Nullable String quoted(String name) {
        String value = value(name);
        return value == null
                ? null
                // What looks like a variable of its own would be replaced in turn.
                : String.valueOf(JsonStringEncoder.getInstance().quoteAsString(value))
                        .replace("$", "\\u0024");
    }

    private @Nullable String value(String name) {
        String value = set(name);
        String file = set(name + "_FILE");
        if (file == null) {
            return value;
        }
        if (value != null) {
            throw new IllegalArgumentException(
                    name + " and " + name + "_FILE are both set: which of the two holds? Set one of them.");
        }
        return read(name, Path.of(file));
    }

    private @Nullable String set(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    private static String read(String name, Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException(
                        name + "_FILE names " + file + ", which is larger than " + MAX_BYTES + " bytes.");
            }
            String text = Files.readString(file).replaceFirst("\\R\\z", "");
            if (text.isEmpty()) {
                throw new IllegalArgumentException(name + "_FILE names " + file + ", which is empty.");
            }
            return text;
        } catch (IOException e) {
            throw new IllegalArgumentException(name + "_FILE names " + file + ", which cannot be read: " + e, e);
        }
    }
}
