package dev.posthaste.web.files;

import dev.posthaste.web.http.SharedAnswer;
import java.util.Locale;
import java.util.Map;

/**
 * A file as it is served, read once and never changed.
 *
 * @param path from its folder on, with slashes
 */
record StaticFile(String path, SharedAnswer content) {
    /** By what follows the last dot of a name. */
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "json", "application/json",
            "license", "text/plain; charset=utf-8",
            "txt", "text/plain; charset=utf-8");

    /** @throws IllegalStateException when nobody has said of what type such a file is */
    static StaticFile of(String path, byte[] content) {
        String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String type = TYPES.get(ending);
        if (type == null) {
            throw new IllegalStateException("nobody has said of what type the file " + path + " is");
        }
        return new StaticFile(path, new SharedAnswer(type, content));
    }
}
