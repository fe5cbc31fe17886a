package dev.posthaste.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/** Draws pages into PNG files, where {@code -Dpictures=FOLDER} asks for it: {@code make pictures}. */
final class Pictures {
    private static final String FOLDER = System.getProperty("pictures", "");

    /** Whether anybody asks for them. */
    static final boolean ARE_WANTED = !FOLDER.isEmpty();

    private final Page page;

    Pictures(Page page) {
        this.page = page;
    }

    /** The whole of what is there now, at least so many pixels high. */
    void draw(String name, int width, int least) throws IOException {
        if (!ARE_WANTED) {
            return;
        }
        Object whole = page.run("return Math.ceil(document.documentElement.scrollHeight)");
        int height = Math.max(least, ((Number) java.util.Objects.requireNonNull(whole)).intValue());
        page.size(width, height);
        page.awaitRest();
        Map<String, Object> picture = page.browser()
                .driver()
                .executeCdpCommand("Page.captureScreenshot", Map.of("format", "png", "optimizeForSpeed", false));
        Path file = Path.of(FOLDER, name.replaceAll("[^\\w-]+", "_") + ".png");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, Base64.getDecoder().decode(String.valueOf(picture.get("data"))));
        page.size(width, least);
    }
}
