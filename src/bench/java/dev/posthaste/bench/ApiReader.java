package dev.posthaste.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Reads lists and clears them over HTTP. Thread-safe. */
final class ApiReader {
    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    /** The body of a 200, as it came. */
    String get(String url) throws IOException, InterruptedException {
        return send(url, HttpRequest.newBuilder().GET());
    }

    JsonNode read(String url) throws IOException, InterruptedException {
        return json.readTree(get(url));
    }

    /** Posts and returns the body of a 200. */
    String post(String url, String body) throws IOException, InterruptedException {
        return send(url, HttpRequest.newBuilder().POST(BodyPublishers.ofString(body)));
    }

    private String send(String url, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                request.uri(URI.create(url))
                        .header("Authorization", "Bearer " + ServerProcess.TOKEN)
                        .header("Content-Type", "application/json")
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(url + " answered " + response.statusCode());
        }
        return response.body();
    }
}
