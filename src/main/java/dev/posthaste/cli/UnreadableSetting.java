package dev.posthaste.cli;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says of a setting that cannot be read how it is written, where Jackson would name classes of ours. */
final class UnreadableSetting {
    private UnreadableSetting() {}

    /** Empty where the exception says it well enough itself. */
    static Optional<String> message(ConfigurationException exception) {
        if (!(exception.getCause() instanceof JsonMappingException cause)) {
            return Optional.empty();
        }
        String file = String.valueOf(exception.getMessage()).lines().findFirst().orElse("");
        return expected(cause)
                .map(expected -> file + System.lineSeparator() + "  * " + path(cause) + " must be " + expected);
    }

    private static Optional<String> expected(JsonMappingException cause) {
        @Nullable Class<?> wanted = null;
        if (cause instanceof ValueInstantiationException value) {
            wanted = value.getType().getRawClass();
        } else if (cause instanceof MismatchedInputException value) {
            wanted = value.getTargetType();
        }
        return Optional.ofNullable(wanted).flatMap(UnreadableSetting::expected);
    }

    private static Optional<String> expected(Class<?> wanted) {
        if (wanted == Duration.class) {
            return Optional.of("a duration with its unit, such as 500ms, 20s, 5m or 30d");
        }
        if (wanted == DataSize.class) {
            return Optional.of("a size with its unit, such as 512B, 64KiB or 1MiB");
        }
        if (wanted == int.class) {
            return Optional.of("an integer");
        }
        if (wanted == String.class) {
            return Optional.of("a text");
        }
        if (wanted.getName().startsWith("dev.posthaste.")) {
            return Optional.of("settings, each a name and its value");
        }
        return Optional.empty();
    }

    private static String path(JsonMappingException cause) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : cause.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.isEmpty() ? "the configuration" : path.toString();
    }
}
