package dev.posthaste.bench;

import dev.posthaste.system.FreePort;
import java.util.List;
import java.util.Map;

/** The {@link NoopServer} in a process like that of a node. */
record NoopProcess(ChildJvm process, String url) implements AutoCloseable {
    static NoopProcess start() throws Exception {
        int port = FreePort.find();
        int adminPort = FreePort.find();
        ChildJvm process = ChildJvm.start(
                "noop",
                Map.of(
                        "POSTHASTE_PORT", String.valueOf(port),
                        "POSTHASTE_ADMIN_PORT", String.valueOf(adminPort),
                        "POSTHASTE_BIND", "127.0.0.1"),
                List.of(
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NoopServer.class.getName(),
                        "server",
                        "config.yml"));
        process.awaitAnswer("http://127.0.0.1:" + adminPort + "/ping");
        return new NoopProcess(process, "http://127.0.0.1:" + port + "/noop");
    }

    @Override
    public void close() {
        process.close();
    }
}
