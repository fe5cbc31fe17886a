package dev.posthaste.chaos;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request of HTTP/1.1 as a node sends it: with a length, and each header once. */
record ReceivedRequest(Instant at, String target, Map<String, String> headers, String body) {
    /**
     * Waits for the next one.
     *
     * @return null when the connection has ended before it
     * @throws IOException when it ends within it, which is no request then
     */
    static @Nullable ReceivedRequest read(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        Instant at = Instant.now();
        StringBuilder head = new StringBuilder().append((char) first);
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            head.append((char) next);
        }
        List<String> lines = head.toString().lines().toList();
        Map<String, String> headers = new HashMap<>();
        for (String line : lines.subList(1, lines.size() - 1)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException();
        }
        String line = lines.get(0);
        return new ReceivedRequest(
                at,
                line.substring(line.indexOf(' ') + 1, line.lastIndexOf(' ')),
                headers,
                new String(body, StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException when it is not there */
    String header(String name) {
        String value = headers.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " among " + headers);
        }
        return value;
    }

    long number(String name) {
        return Long.parseLong(header(name));
    }
}
