package dev.posthaste.bench;

import dev.posthaste.system.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The receiver as the bench sees it. */
final class ReceiverProcess implements AutoCloseable {
    private final ChildJvm process;
    private final String base;
    private final HttpClient client = HttpClient.newHttpClient();

    private ReceiverProcess(ChildJvm process, String base) {
        this.process = process;
        this.base = base;
    }

    static ReceiverProcess start() throws Exception {
        int port = FreePort.find();
        ChildJvm process = ChildJvm.startClass("receiver", Receiver.class, "-Xmx256m", String.valueOf(port));
        process.awaitAnswer("http://127.0.0.1:" + port + "/tally");
        return new ReceiverProcess(process, "http://127.0.0.1:" + port);
    }

    /** The address of something that it serves, see {@link Receiver}. */
    String url(String path) {
        return base + path;
    }

    void reset() throws IOException, InterruptedException {
        get("/reset");
    }

    /** Requests since the last reset. */
    long requests() throws IOException, InterruptedException {
        return Long.parseLong(get("/tally").lines().findFirst().orElseThrow());
    }

    void awaitRequests(long count) throws Exception {
        Awaited.until(count + " requests to arrive", Duration.ofMillis(30), () -> requests() >= count);
    }

    /** The latenesses of a class in milliseconds, sorted. */
    List<Double> lateness(String name) throws IOException, InterruptedException {
        return get("/tally")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .flatMap(line -> Arrays.stream(line.split(" ")).skip(1))
                .map(micros -> Long.parseLong(micros) / 1_000.0)
                .sorted()
                .toList();
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(path))).build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    @Override
    public void close() {
        process.close();
    }
}
