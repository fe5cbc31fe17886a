package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.memory.ByteBudget;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Clients that do not take their answers, on real connections. */
class SlowReadersIT {
    /** More than the systems of both sides keep on the way. */
    private static final int ANSWER = 32 * 1024 * 1024;

    private static final Duration LONG = Duration.ofSeconds(60);

    private final ByteBudget budget = new ByteBudget("test", ANSWER);
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @Test
    void whoReadsSteadilyAndTooSlowlyLosesHisAnswerAndTheRoomIsGivenBack() throws Exception {
        try (ServletServer server = start(Duration.ofSeconds(1));
                Socket client = ask(server)) {
            InputStream answer = client.getInputStream();

            await().atMost(LONG).pollInterval(Duration.ofMillis(100)).until(() -> {
                answer.read();
                return ended.get() == 1;
            });

            awaitRoomGivenBack();
            assertBrokenOff(answer);
        }
    }

    @Test
    void whoReadsNothingLosesItToo() throws Exception {
        try (ServletServer server = start(Duration.ofSeconds(1));
                Socket client = ask(server)) {
            await().atMost(LONG).until(() -> ended.get() == 1);

            awaitRoomGivenBack();
            assertBrokenOff(client.getInputStream());
        }
    }

    @Test
    void whoWritesAnAnswerThatNobodyTakesIsNotTroubled() throws Exception {
        try (ServletServer server = start(LONG)) {
            ask(server).close();

            await().atMost(LONG).until(() -> ended.get() == 1);
            assertThat(failed).hasValue(0);
            awaitRoomGivenBack();
        }
    }

    @Test
    void whoPausesAndGoesOnGetsAllOfIt() throws Exception {
        try (ServletServer server = start(LONG);
                Socket client = ask(server)) {
            InputStream answer = client.getInputStream();
            int read = answer.readNBytes(1_000_000).length;
            await().pollDelay(Duration.ofSeconds(1)).until(() -> budget.held() > 0);

            assertThat(read + answer.readAllBytes().length).isGreaterThan(ANSWER);
        }
    }

    private void awaitRoomGivenBack() {
        await().atMost(LONG).until(() -> budget.held() == 0);
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

    private static Socket ask(ServletServer server) throws IOException {
        return server.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }

    private ServletServer start(Duration slack) throws Exception {
        return new ServletServer(List.of(new CallRooms(Duration.ZERO, 64 * 1024, slack)), new Large());
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
