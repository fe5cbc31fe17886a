package dev.posthaste.system;

import dev.posthaste.openapi.DescribedAnswers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Calls as a page of the server's own makes them: with the cookie that signing in has set, and no token. */
final class Browser {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private String cookie = "";

    Browser(int port) {
        this.port = port;
    }

    /** The same browser on another node of the cluster. */
    Browser on(int otherPort) {
        Browser other = new Browser(otherPort);
        other.cookie = cookie;
        return other;
    }

    HttpResponse<String> signIn(String token) {
        return signInBy("{\"token\": \"" + token + "\"}");
    }

    HttpResponse<String> signInByLink(String code) {
        return signInBy("{\"link\": \"" + code + "\"}");
    }

    private HttpResponse<String> signInBy(String body) {
        HttpResponse<String> answer = send("POST", "/api/session", body, "Sec-Fetch-Site", "same-origin");
        answer.headers().firstValue("Set-Cookie").ifPresent(set -> cookie = set.substring(0, set.indexOf(';')));
        return answer;
    }

    /** The name and the value. */
    String cookie() {
        return cookie;
    }

    HttpResponse<String> get(String path) {
        return send("GET", path, "", "Sec-Fetch-Site", "same-origin");
    }

    HttpResponse<String> post(String path, String body) {
        return send("POST", path, body, "Sec-Fetch-Site", "same-origin");
    }

    HttpResponse<String> delete(String path) {
        return send("DELETE", path, "", "Sec-Fetch-Site", "same-origin");
    }

    /** With the cookie and these headers only. */
    HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        try {
            HttpRequest built = request.build();
            HttpResponse<String> answer = client.send(built, HttpResponse.BodyHandlers.ofString());
            DescribedAnswers.check(built, answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
