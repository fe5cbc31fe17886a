package dev.posthaste;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that was built. */
record ProductVersion(String number) {
    static ProductVersion read() {
        Properties properties = new Properties();
        try (InputStream file = ProductVersion.class.getResourceAsStream("/posthaste.properties")) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException("posthaste.properties is missing from the jar", e);
        }
        return new ProductVersion(properties.getProperty("version", "unknown"));
    }

    String userAgent() {
        return "Posthaste/" + number;
    }
}
