package dev.posthaste.terminal;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Calls a server. The JDK's client, because a command lives for a moment and its classes come with Java; it neither follows
 * redirects nor repeats a POST by itself. Calls are made one after the other.
 */
final class ApiClient {
    private static final Duration TO_CONNECT = Duration.ofSeconds(10);

    /** The whole call. A server answers one that finds no room after 10 s, and takes a batch for longer than a job. */
    private static final Duration TO_ANSWER = Duration.ofMinutes(2);

    private final ServerAddress address;
    private final String token;
    private final String userAgent;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TO_CONNECT)
            .build();

    ApiClient(ServerAddress address, String token, String userAgent) {
        this.address = address;
        this.token = token;
        this.userAgent = userAgent;
    }

    ApiAnswer get(String path) {
        return get(path, TO_ANSWER);
    }

    /** One that is given up after that time; never later than any other. */
    ApiAnswer get(String path, Duration atMost) {
        return send(request(path).GET(), atMost.compareTo(TO_ANSWER) < 0 ? atMost : TO_ANSWER);
    }

    ApiAnswer delete(String path) {
        return send(request(path).DELETE());
    }

    ApiAnswer post(String path, String json) {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    /** One that may be made again and again: it is done once. */
    ApiAnswer post(String path, String json, String idempotencyKey) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(json)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.at(path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json")
                .header("User-Agent", userAgent);
    }

    private ApiAnswer send(HttpRequest.Builder builder) {
        return send(builder, TO_ANSWER);
    }

    /** @throws CommandFailure when there is no answer in time */
    private ApiAnswer send(HttpRequest.Builder builder, Duration toAnswer) {
        HttpRequest request = builder.build();
        CompletableFuture<HttpResponse<String>> answered = client.sendAsync(request, head -> new BoundedBody());
        try {
            HttpResponse<String> response = answered.get(toAnswer.toMillis(), TimeUnit.MILLISECONDS);
            return new ApiAnswer(request.uri(), response.statusCode(), response.headers(), response.body());
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            answered.cancel(true);
            throw CommandFailure.unreachable(address.base() + " gave no answer within "
                    + Shown.count(toAnswer.toSeconds(), "second") + ". Look before you repeat what changes something.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.unreachable("The command was interrupted.");
        }
    }

    private CommandFailure unreachable(Throwable failure) {
        String base = address.base();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return CommandFailure.unreachable(
                        "The host of " + base + " is not known. Is POSTHASTE_URL (or --server) right?");
            }
            if (cause instanceof SSLException) {
                return CommandFailure.unreachable(
                        "No safe connection to " + base + " could be had: " + cause.getMessage() + ".");
            }
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return CommandFailure.unreachable(
                    base + " gave no connection within " + Shown.count(TO_CONNECT.toSeconds(), "second") + ".");
        }
        if (failure instanceof ConnectException) {
            return CommandFailure.unreachable("Nobody listens on " + base
                    + ". Start a server there, or name another one by POSTHASTE_URL (or --server).");
        }
        String said = failure instanceof IOException && failure.getMessage() != null
                ? failure.getMessage()
                : failure.getClass().getSimpleName();
        return CommandFailure.unreachable("The connection to " + base + " broke: " + said + ".");
    }
}
