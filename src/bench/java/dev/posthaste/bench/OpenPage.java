package dev.posthaste.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** A page of the dashboard in a browser: signed in by a cookie of its own, on connections of its own. Thread-safe. */
final class OpenPage {
    private static final Pattern COOKIE = Pattern.compile("posthaste_session_\\w+=[^;]+");

    private final ServerProcess server;
    private final HttpClient client;
    private final String cookie;

    private OpenPage(ServerProcess server, HttpClient client, String cookie) {
        this.server = server;
        this.client = client;
        this.cookie = cookie;
    }

    static OpenPage signIn(ServerProcess server) throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url("/api/session")))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"token\": \"" + ServerProcess.TOKEN + "\"}"))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        Matcher cookie =
                COOKIE.matcher(answer.headers().firstValue("Set-Cookie").orElse(""));
        if (!cookie.find()) {
            throw new IOException("signing in was answered " + answer.statusCode());
        }
        return new OpenPage(server, client, cookie.group());
    }

    /** Asks as a script of the page does, and wants a 200. */
    void get(String path) throws IOException, InterruptedException {
        ask(path, BodyHandlers.ofByteArray());
    }

    /** The lines of what goes on. */
    BufferedReader follow(String path) throws IOException, InterruptedException {
        InputStream unpacked = new GZIPInputStream(ask(path, BodyHandlers.ofInputStream())) {
            /** It says one until the end, and a reader waits for as much as it has room for. */
            @Override
            public int available() {
                return 0;
            }
        };
        return new BufferedReader(new InputStreamReader(unpacked, StandardCharsets.UTF_8));
    }

    private <T> T ask(String path, BodyHandler<T> handler) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url(path)))
                .header("Cookie", cookie)
                .header("Accept-Encoding", "gzip")
                .header("Sec-Fetch-Site", "same-origin")
                .build();
        HttpResponse<T> answer = client.send(request, handler);
        if (answer.statusCode() != 200) {
            throw new IOException(path + " answered " + answer.statusCode());
        }
        return answer.body();
    }
}
