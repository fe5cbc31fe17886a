package dev.posthaste;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Map;
import org.apache.commons.text.StringSubstitutor;
import org.apache.commons.text.lookup.StringLookupFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code ${NAME:-default}} of the configuration from the environment, escaped for the double quotes that it
 * stands in: a password may hold whatever it likes, {@code ${…}} too. An empty variable counts as one that is not set.
 */
final class QuotedEnvironment {
    private final Map<String, String> environment;

    QuotedEnvironment(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    StringSubstitutor substitutor() {
        return new StringSubstitutor(StringLookupFactory.INSTANCE.functionStringLookup(this::quoted));
    }

    private @Nullable String quoted(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty()
                ? null
                // What looks like a variable of its own would be replaced in turn.
                : String.valueOf(JsonStringEncoder.getInstance().quoteAsString(value))
                        .replace("$", "\\u0024");
    }
}
