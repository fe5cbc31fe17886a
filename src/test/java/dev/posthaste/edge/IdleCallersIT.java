package dev.posthaste.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where it becomes crowded, who has asked for nothing longest makes room. */
class IdleCallersIT {
    private static final int LONG_MS = 60_000;
    private static final int ROOM = 16;
    private static final int WITHOUT_CROWD = 14;

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        connector.setIdleTimeout(10 * LONG_MS);
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                asked.countDown();
                released.await();
                response.write(true, StandardCharsets.US_ASCII.encode("here"), callback);
                return true;
            }
        });
        server.addEventListener(new Edge(
                new CallerRules(Duration.ofMinutes(10), Integer.MAX_VALUE, Integer.MAX_VALUE),
                new ConnectionRoom(ROOM, 1),
                () -> false));
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        released.countDown();
        for (Socket client : clients) {
            client.close();
        }
        server.stop();
    }

    @Test
    void whoHasBeenSilentLongestMakesRoomAndWhoAwaitsAnAnswerStays() throws Exception {
        Socket waiting = connect();
        waiting.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        asked.await();
        List<Socket> silent = new ArrayList<>();
        silent.add(connect());
        // Longer than the others by what the clock can tell.
        await().pollDelay(Duration.ofMillis(200)).until(() -> true);
        while (silent.size() < WITHOUT_CROWD) {
            silent.add(connect());
        }

        assertThat(silent.get(0).getInputStream().read()).isNegative();

        Socket last = silent.get(silent.size() - 1);
        last.setSoTimeout(1);
        assertThat(isOpen(last)).isTrue();
        released.countDown();
        assertThat(waiting.getInputStream().read()).isEqualTo('H');
    }

    private static boolean isOpen(Socket client) {
        try {
            return client.getInputStream().read() >= 0;
        } catch (IOException e) {
            return true;
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort());
        client.setSoTimeout(LONG_MS);
        clients.add(client);
        return client;
    }
}
