package dev.posthaste.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.Api;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What jobs and callbacks are sent to: it does what their URLs say, and writes down what came, when, and from which node.
 * It reads HTTP by itself, so that the instants are those of the octets. A thread for each connection.
 */
final class Receiver implements AutoCloseable {
    private static final int BACKLOG = 1_000;

    private final ServerSocket listener;
    private final Senders senders;
    private final Recorder recorder;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Integer> tries = new ConcurrentHashMap<>();

    Receiver(Senders senders, Recorder recorder) throws IOException {
        this.senders = senders;
        this.recorder = recorder;
        this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    String url(Target target) {
        return "http://127.0.0.1:" + listener.getLocalPort() + target.text();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    recorder.odd("The receiver cannot accept connections: " + e);
                }
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            int node = senders.nodeOf(connection.getPort(), listener.getLocalPort());
            BufferedInputStream in = new BufferedInputStream(connection.getInputStream());
            for (ReceivedRequest request = ReceivedRequest.read(in);
                    request != null;
                    request = ReceivedRequest.read(in)) {
                connection.getOutputStream().write(answer(request, node));
            }
        } catch (IOException e) {
            // The node has gone, or has given the connection up.
        } catch (RuntimeException e) {
            recorder.odd("What came is no request of ours: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] answer(ReceivedRequest request, int node) throws InterruptedException {
        Target target = Target.parse(request.target());
        boolean isCallback = target.kind().equals(Target.CALLBACK);
        int attempt = isCallback
                ? tries.merge(request.header("webhook-id"), 1, Integer::sum)
                : (int) request.number("x-posthaste-attempt");
        int status = target.answer(attempt);
        TimeUnit.MILLISECONDS.sleep(target.takesMs());
        Instant answered = Instant.now();
        if (isCallback) {
            recorder.came(called(request, answered, status, node));
        } else {
            recorder.came(sending(request, answered, status, node));
        }
        return ("HTTP/1.1 " + status + " Answered\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static Sending sending(ReceivedRequest request, Instant answered, int status, int node) {
        String cron = request.headers().get("x-posthaste-cron-id");
        return new Sending(
                request.number("x-posthaste-job-id"),
                request.number("x-posthaste-original-job-id"),
                (int) request.number("x-posthaste-attempt"),
                request.headers().get("x-posthaste-queue"),
                cron == null ? null : Long.valueOf(cron),
                request.header("webhook-id"),
                request.target(),
                request.body(),
                request.at(),
                answered,
                status,
                node);
    }

    private static Called called(ReceivedRequest request, Instant answered, int status, int node) {
        JsonNode body = Api.json(request.body());
        return new Called(
                body.get("job_id").asLong(),
                body.get("original_job_id").asLong(),
                body.get("attempt_number").asInt(),
                body.get("status").asText(),
                body.get("final").asBoolean(),
                request.header("webhook-id"),
                request.target(),
                request.body(),
                request.at(),
                answered,
                status,
                node);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
