package dev.posthaste.terminal;

import java.util.List;
import java.util.function.Function;

/** Shows a list: as a table, or as JSON, an object a line. */
final class Listing {
    private final Surroundings surroundings;
    private final boolean isJson;
    private final String nothing;
    private long shown;
    private long looked;

    /** @param nothing what is said when there is nothing to show */
    Listing(Surroundings surroundings, boolean isJson, String nothing) {
        this.surroundings = surroundings;
        this.isJson = isJson;
        this.nothing = nothing;
    }

    void show(Pages pages, long most, Table table, Function<JsonFields, List<Cell>> row) {
        Screen screen = surroundings.screen();
        boolean hasMore;
        try (Progress progress = surroundings.progress()) {
            hasMore = pages.read(most, page -> {
                progress.clear();
                shown += page.size();
                looked++;
                if (isJson) {
                    page.forEach(object -> screen.json(object.spelling()));
                } else {
                    table.page(page.stream().map(row).toList());
                }
                if (page.isEmpty()) {
                    progress.now("Looking on: " + Shown.count(looked, "page") + " so far, nothing on the last one.");
                }
                return true;
            });
        }
        if (hasMore) {
            surroundings.aside().line("There may be more than these " + Shown.number(shown) + ": --limit N, or --all.");
        } else if (shown == 0 && !isJson) {
            surroundings.aside().line(nothing);
        }
    }
}
