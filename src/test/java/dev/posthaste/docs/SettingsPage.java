package dev.posthaste.docs;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.posthaste.PosthasteConfiguration;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDataSize;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Writes docs/settings.md: what the settings classes read, with their defaults and bounds, and what config.yml says of it. */
final class SettingsPage {
    private final ConfigComments comments = ConfigComments.read();
    private final StringBuilder page = new StringBuilder();

    private SettingsPage() throws IOException {}

    /** The page as it should be. */
    static String written() throws IOException {
        return new SettingsPage().write();
    }

    private String write() {
        page.append("# Settings\n\n")
                .append(
                        "Made from the settings classes and `config.yml` by `make docs`; a test fails when it is behind. What")
                .append(
                        " is worth knowing about a setting beside its bounds stands in [operations](operations.md#settings),")
                .append(" with those of Dropwizard's that are bounded here (`server`, `logging`).\n\n")
                .append(
                        "Durations are written like `500ms`, `30s`, `5m`, `30d`, sizes like `64KiB`. A variable is read by the")
                .append(
                        " `config.yml` that is shipped, and can be read from a file: `NAME_FILE` names it. A setting that there")
                .append(" is not is refused, at the start and by `check config.yml`.\n");
        section("", new PosthasteConfiguration());
        return page.toString();
    }

    private void section(String prefix, Object settings) {
        List<Field> fields = Arrays.stream(settings.getClass().getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(JsonProperty.class))
                .toList();
        page.append("\n## ")
                .append(prefix.isEmpty() ? "At the top" : "`" + prefix + "`")
                .append("\n\n");
        String about = comments.of(prefix);
        if (!prefix.isEmpty() && !about.isEmpty()) {
            page.append(about).append("\n\n");
        }
        page.append("| setting | variable | default | bounds | meaning |\n|---|---|---|---|---|\n");
        for (Field field : fields) {
            if (!isGroup(field)) {
                row(path(prefix, field), field, settings);
            }
        }
        rules(settings.getClass());
        for (Field field : fields) {
            if (isGroup(field)) {
                section(path(prefix, field), value(field, settings));
            }
        }
    }

    private void row(String path, Field field, Object settings) {
        page.append("| `")
                .append(path)
                .append("` | ")
                .append(comments.variable(path))
                .append(" | ");
        page.append(shown(value(field, settings)))
                .append(" | ")
                .append(bounds(field))
                .append(" | ");
        String about = comments.of(path);
        page.append(about.isEmpty() ? "See [operations](operations.md#settings)." : about)
                .append(" |\n");
    }

    private void rules(Class<?> settings) {
        List<String> messages = Arrays.stream(settings.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(ValidationMethod.class))
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> method.getAnnotation(ValidationMethod.class).message())
                .toList();
        if (!messages.isEmpty()) {
            page.append("\nWhat is refused beside that says:\n\n");
            messages.forEach(message -> page.append("- ").append(message).append('\n'));
        }
    }

    private static boolean isGroup(Field field) {
        return field.getType().getName().startsWith("dev.posthaste.")
                && !field.getType().isEnum();
    }

    private static String path(String prefix, Field field) {
        String given = field.getAnnotation(JsonProperty.class).value();
        String name = given.isEmpty() ? field.getName() : given;
        return prefix.isEmpty() ? name : prefix + "." + name;
    }

    private static Object value(Field field, Object settings) {
        try {
            field.setAccessible(true);
            Object value = field.get(settings);
            return value == null ? "" : value;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static String shown(Object value) {
        if (value instanceof Duration duration) {
            return duration.getQuantity() + unit(duration.getUnit());
        }
        if (value instanceof DataSize size) {
            return size(size.toBytes());
        }
        String text = value instanceof Enum<?> one ? one.name().toLowerCase(Locale.ROOT) : value.toString();
        return text.isEmpty() ? "empty" : "`" + text + "`";
    }

    private static String bounds(Field field) {
        String least = "";
        String most = "";
        if (field.isAnnotationPresent(Min.class)) {
            least = number(field.getAnnotation(Min.class).value());
        }
        if (field.isAnnotationPresent(Max.class)) {
            most = number(field.getAnnotation(Max.class).value());
        }
        if (field.isAnnotationPresent(MinDuration.class)) {
            MinDuration bound = field.getAnnotation(MinDuration.class);
            least = bound.value() + unit(bound.unit());
        }
        if (field.isAnnotationPresent(MaxDuration.class)) {
            MaxDuration bound = field.getAnnotation(MaxDuration.class);
            most = bound.value() + unit(bound.unit());
        }
        if (field.isAnnotationPresent(MinDataSize.class)) {
            MinDataSize bound = field.getAnnotation(MinDataSize.class);
            least = size(bound.unit().toBytes(bound.value()));
        }
        if (field.isAnnotationPresent(MaxDataSize.class)) {
            MaxDataSize bound = field.getAnnotation(MaxDataSize.class);
            most = size(bound.unit().toBytes(bound.value()));
        }
        if (least.isEmpty()) {
            return most.isEmpty() ? "" : "at most " + most;
        }
        return most.isEmpty() ? "at least " + least : least + " to " + most;
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String size(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB"};
        int unit = 0;
        long number = bytes;
        while (unit < units.length - 1 && number >= 1024 && number % 1024 == 0) {
            number /= 1024;
            unit++;
        }
        return number + units[unit];
    }

    private static String unit(TimeUnit unit) {
        return switch (unit) {
            case NANOSECONDS -> "ns";
            case MICROSECONDS -> "us";
            case MILLISECONDS -> "ms";
            case SECONDS -> "s";
            case MINUTES -> "m";
            case HOURS -> "h";
            case DAYS -> "d";
        };
    }
}
