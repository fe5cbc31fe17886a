package dev.posthaste.terminal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of a list; what all lists of jobs are filtered by. */
final class FilterOptions {
    @Option(
            names = {"-q", "--queue"},
            paramLabel = "NAME",
            description = "Of this queue.")
    private @Nullable String queue;

    @Option(
            names = {"-u", "--url"},
            paramLabel = "PART",
            description = "With this in their URL.")
    private @Nullable String url;

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "TAG",
            description = "With this tag.")
    private @Nullable String tag;

    @Nullable
    String queue() {
        return queue;
    }

    /** Whether it is about more than a queue. */
    boolean isSearch() {
        return url != null || tag != null;
    }

    /** As the API has them, to be added to. */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        add(values, "queue", queue);
        add(values, "url", url);
        add(values, "tag", tag);
        return values;
    }

    /** Adds what is given. */
    static void add(Map<String, String> values, String name, @Nullable String value) {
        if (value != null) {
            values.put(name, value);
        }
    }
}
