package dev.posthaste.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.system.FreePort;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node of Posthaste as its users run it: the built jar with {@code config.yml}, in 512 MiB of heap. */
final class ServerProcess implements AutoCloseable {
    /** The token of the team {@code default}. */
    static final String TOKEN = "pht_bench_0123456789abcdefghijklmnop";

    /** What {@code mvn package} of this tree makes. */
    private static final Path JAR = Path.of("target", "posthaste.jar");

    private static final int HEAP = 512;

    private final ChildJvm process;
    private final int port;
    private final int adminPort;
    private final HttpClient client = HttpClient.newHttpClient();

    private ServerProcess(ChildJvm process, int port, int adminPort) {
        this.process = process;
        this.port = port;
        this.adminPort = adminPort;
    }

    /** Starts a node and waits until it is healthy. */
    static ServerProcess start(String name, PooledDatabase database, int slots) throws Exception {
        return start(name, database, slots, HEAP);
    }

    /** The same with so many MiB of heap. */
    static ServerProcess start(String name, PooledDatabase database, int slots, int heap) throws Exception {
        return start(name, Path.of(""), database, slots, heap);
    }

    /** A node of another build: what was built in another tree, with that tree's {@code config.yml}. */
    static ServerProcess startBuild(String name, Path tree, PooledDatabase database, int slots) throws Exception {
        return start(name, tree, database, slots, HEAP);
    }

    private static ServerProcess start(String name, Path tree, PooledDatabase database, int slots, int heap)
            throws Exception {
        Path jar = tree.resolve(JAR);
        if (!Files.exists(jar)) {
            throw new FileNotFoundException(jar + " is not built");
        }
        int port = FreePort.find();
        int adminPort = FreePort.find();
        Map<String, String> environment = Map.of(
                "POSTHASTE_PORT",
                String.valueOf(port),
                "POSTHASTE_ADMIN_PORT",
                String.valueOf(adminPort),
                "POSTHASTE_BIND",
                "127.0.0.1",
                "POSTHASTE_DATABASE_URL",
                database.url(),
                "POSTHASTE_API_TOKEN",
                TOKEN,
                "POSTHASTE_EGRESS_ALLOW",
                "127.0.0.0/8");
        List<String> arguments = new ArrayList<>(List.of("-Xmx" + heap + "m", "-Ddw.delivery.slots=" + slots));
        arguments.addAll(List.of(
                "-jar", jar.toString(), "server", tree.resolve("config.yml").toString()));
        ChildJvm process = ChildJvm.start(name, environment, arguments);
        ServerProcess server = new ServerProcess(process, port, adminPort);
        process.awaitAnswer(server.url("/api/health"));
        return server;
    }

    ChildJvm process() {
        return process;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** The heap in use after a collection, in MiB. */
    double heapAfterCollection() throws IOException, InterruptedException {
        runTask("gc");
        HttpRequest metrics = HttpRequest.newBuilder(adminUrl("/metrics")).build();
        String body = client.send(metrics, BodyHandlers.ofString()).body();
        return new ObjectMapper()
                        .readTree(body)
                        .path("gauges")
                        .path("jvm.memory.heap.used")
                        .path("value")
                        .asDouble()
                / (1 << 20);
    }

    /** Runs a task of the admin port and waits for its end. */
    void runTask(String task) throws IOException, InterruptedException {
        HttpRequest run = HttpRequest.newBuilder(adminUrl("/tasks/" + task))
                .POST(BodyPublishers.noBody())
                .build();
        client.send(run, BodyHandlers.discarding());
    }

    private URI adminUrl(String path) {
        return URI.create("http://127.0.0.1:" + adminPort + path);
    }

    @Override
    public void close() {
        process.close();
    }
}
