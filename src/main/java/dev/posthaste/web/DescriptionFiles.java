package dev.posthaste.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.posthaste.web.http.JarFiles;
import dev.posthaste.web.http.SharedAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The description of the API in both of its forms. It is kept as YAML, which people write; programs read JSON.
 *
 * @param yaml as it was written, with the version of this build
 * @param json the same, made of it
 */
record DescriptionFiles(SharedAnswer yaml, SharedAnswer json) {
    private static final String FILE = "/openapi/openapi.yaml";
    private static final String NO_VERSION = "\n  version: \"0\"\n";

    /** Reads it and makes JSON of it, which takes a tenth of a second. */
    static DescriptionFiles read(String version) {
        String text = new String(JarFiles.bytes(FILE), StandardCharsets.UTF_8);
        if (!text.contains(NO_VERSION)) {
            throw new IllegalStateException(FILE + " has no place for the version");
        }
        String yaml = text.replace(NO_VERSION, "\n  version: \"" + version + "\"\n");
        return new DescriptionFiles(
                new SharedAnswer("application/yaml", yaml.getBytes(StandardCharsets.UTF_8)),
                new SharedAnswer("application/json", json(yaml)));
    }

    private static byte[] json(String yaml) {
        try {
            return new ObjectMapper().writeValueAsBytes(new ObjectMapper(new YAMLFactory()).readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " is not YAML", e);
        }
    }
}
