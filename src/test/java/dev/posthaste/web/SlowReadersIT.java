package dev.posthaste.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.memory.ByteBudget;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that do not take their answers, on real connections. */
class SlowReadersIT {
    /** More than the systems of both sides keep on the way. */
    private static final int ANSWER = 32 * 1024 * 1024;

    private static final Duration LONG = Duration.ofSeconds(60);

    private final ByteBudget budget = new ByteBudget("test", ANSWER);
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void whoReadsSteadilyAndTooSlowlyLosesHisAnswerAndTheRoomIsGivenBack() throws Exception {
        start(Duration.ofSeconds(1));
        try (Socket client = ask()) {
            InputStream answer = client.getInputStream();

            await().atMost(LONG).pollInterval(Duration.ofMillis(100)).until(() -> {
                answer.read();
                return ended.get() == 1;
            });

            await().atMost(LONG).until(() -> budget.held() == 0);
            assertBrokenOff(answer);
        }
    }

    @Test
    void whoReadsNothingLosesItToo() throws Exception {
        start(Duration.ofSeconds(1));
        try (Socket client = ask()) {
            await().atMost(LONG).until(() -> ended.get() == 1);

            await().atMost(LONG).until(() -> budget.held() == 0);
            assertBrokenOff(client.getInputStream());
        }
    }

    @Test
    void whoWritesAnAnswerThatNobodyTakesIsNotTroubled() throws Exception {
        start(Duration.ofSeconds(60));

        ask().close();

        await().atMost(LONG).until(() -> ended.get() == 1);
        assertThat(failed).hasValue(0);
        await().atMost(LONG).until(() -> budget.held() == 0);
    }

    @Test
    void whoPausesAndGoesOnGetsAllOfIt() throws Exception {
        start(Duration.ofSeconds(60));
        try (Socket client = ask()) {
            InputStream answer = client.getInputStream();
            int read = answer.readNBytes(1_000_000).length;
            await().pollDelay(Duration.ofSeconds(1)).until(() -> budget.held() > 0);

            assertThat(read + answer.readAllBytes().length).isGreaterThan(ANSWER);
        }
    }

    /** What was on its way arrives, and not more. */
    private static void assertBrokenOff(InputStream answer) {
        int rest = 0;
        try {
            rest = answer.readAllBytes().length;
        } catch (IOException e) {
            // A reset says the same.
        }
        assertThat(rest).isLessThan(ANSWER / 2);
    }

    private Socket ask() throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(8 * 1024);
        client.setSoTimeout((int) LONG.toMillis());
        client.connect(new InetSocketAddress("127.0.0.1", connector.getLocalPort()));
        client.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        return client;
    }

    private void start(Duration slack) throws Exception {
        connector.setIdleTimeout(Duration.ofMinutes(10).toMillis());
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addFilter(
                new FilterHolder(new CallRooms(Duration.ZERO, slack)), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(new Large()), "/*");
        server.setHandler(context);
        server.start();
    }

    private final class Large extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            Rooms.of(request).take(budget, ANSWER);
            byte[] part = new byte[8 * 1024];
            Arrays.fill(part, (byte) 'x');
            try {
                for (int i = 0; i < ANSWER / part.length; i++) {
                    response.getOutputStream().write(part);
                }
            } catch (IOException | RuntimeException e) {
                failed.incrementAndGet();
            } finally {
                ended.incrementAndGet();
            }
        }
    }
}
