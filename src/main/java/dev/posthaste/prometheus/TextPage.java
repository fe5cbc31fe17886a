package dev.posthaste.prometheus;

import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page in its text formats, which every collector reads. The binary one is not in the jar, and a collector that would take
 * it too is not to be answered with a failure. Thread-safe.
 */
final class TextPage extends PrometheusMetricsServlet {
    private static final long serialVersionUID = 1L;
    private static final String ACCEPT = "Accept";
    private static final String BINARY = "protobuf";

    TextPage(PrometheusRegistry registry) {
        super(registry);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        super.doGet(new TextOnly(request), response);
    }

    private static final class TextOnly extends HttpServletRequestWrapper {
        TextOnly(HttpServletRequest request) {
            super(request);
        }

        @Override
        public @Nullable String getHeader(String name) {
            String value = super.getHeader(name);
            return value == null || !name.equalsIgnoreCase(ACCEPT) ? value : withoutBinary(value);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            Enumeration<String> values = super.getHeaders(name);
            if (!name.equalsIgnoreCase(ACCEPT)) {
                return values;
            }
            List<String> kept = Collections.list(values).stream()
                    .map(TextOnly::withoutBinary)
                    .toList();
            return Collections.enumeration(kept);
        }

        /** It may ask for a format by {@code debug}. */
        @Override
        public @Nullable String getQueryString() {
            String query = super.getQueryString();
            return query == null || isBinary(query) ? null : query;
        }

        @Override
        public @Nullable String getParameter(String name) {
            String value = super.getParameter(name);
            return value == null || isBinary(value) ? null : value;
        }

        private static String withoutBinary(String accepted) {
            return Arrays.stream(accepted.split(","))
                    .filter(type -> !isBinary(type))
                    .collect(Collectors.joining(","));
        }

        private static boolean isBinary(String text) {
            return text.toLowerCase(Locale.ROOT).contains(BINARY);
        }
    }
}
