package dev.posthaste.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds a queue by its name. */
final class QueueLookup {
    private final ApiClient api;

    QueueLookup(ApiClient api) {
        this.api = api;
    }

    /** @throws CommandFailure when there is none */
    JsonFields named(String name) {
        List<JsonFields> found = new ArrayList<>();
        new Pages(api, "/api/queues", Map.of()).read(Long.MAX_VALUE, page -> {
            page.stream().filter(queue -> queue.text("name").equals(name)).forEach(found::add);
            return found.isEmpty();
        });
        if (found.isEmpty()) {
            throw CommandFailure.refused("There is no queue " + name
                    + ", to the letter; `posthaste queues --all` lists those that there are.");
        }
        return found.get(0);
    }
}
