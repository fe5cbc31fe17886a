package dev.posthaste.web.http;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files that the jar has, by their names from its root on, beginning with a slash. */
public final class JarFiles {
    private JarFiles() {}

    /** One as many calls are answered with it. */
    public static SharedAnswer answer(String name, String type) {
        return new SharedAnswer(type, bytes(name));
    }

    /** What is in one. */
    public static byte[] bytes(String name) {
        try (InputStream file = JarFiles.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new FileNotFoundException(name + " is missing from the jar");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
