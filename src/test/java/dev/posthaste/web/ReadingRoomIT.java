package dev.posthaste.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.jobs.JobSize;
import dev.posthaste.memory.ByteBudget;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.CallRooms;
import dev.posthaste.web.http.ServletServer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What calls hold of what they read: of 21 MiB a quarter is for ordinary answers, which is two pages of a hundred jobs, and
 * the rest for large ones, which is one page of a hundred queues.
 */
class ReadingRoomIT {
    private static final long MEBIBYTE = 1024 * 1024;
    private static final Page.Request PAGE = new Page.Request(Long.MAX_VALUE, 100);
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Nothing here asks the database how large a job is. */
    private final ReadingRoom reading = new ReadingRoom(
            new ByteBudget("test", 21 * MEBIBYTE), new JobSize(Jdbi.create("jdbc:postgresql://unused/")));

    private final AtomicInteger holding = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Socket> clients = new ArrayList<>();
    private ServletServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ServletServer(List.of(new CallRooms(Duration.ZERO, 64 * 1024, LONG)), new Pages());
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        for (Socket client : clients) {
            client.close();
        }
        server.close();
    }

    @Test
    void ordinaryAnswersHaveAQuarterAndNoMore() throws IOException {
        hold("/jobs");
        hold("/jobs");

        assertThat(status(ask("/jobs"))).isEqualTo("HTTP/1.1 503");
        hold("/queues");
    }

    @Test
    void largeAnswersHaveTheRestAndNoMore() throws IOException {
        hold("/queues");

        assertThat(status(ask("/queues"))).isEqualTo("HTTP/1.1 503");
        hold("/jobs");
        hold("/jobs");
    }

    @Test
    void whatAnAnswerHeldIsThereForTheNextOne() throws IOException {
        Socket first = hold("/queues");
        released.countDown();
        assertThat(status(first)).isEqualTo("HTTP/1.1 200");

        await().atMost(LONG).until(() -> status(ask("/queues")).equals("HTTP/1.1 200"));
    }

    @Test
    void aShortPageOfQueuesIsAnOrdinaryAnswer() throws IOException {
        hold("/queues");

        hold("/queues?limit=25");
    }

    private Socket hold(String path) throws IOException {
        int before = holding.get();
        Socket client = ask(path);
        await().atMost(LONG).until(() -> holding.get() == before + 1);
        return client;
    }

    private Socket ask(String path) throws IOException {
        Socket client = server.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        clients.add(client);
        return client;
    }

    private static String status(Socket client) throws IOException {
        return new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }

    /** Takes the room for a page and holds it until it is released. */
    private final class Pages extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            try {
                take(request);
                holding.incrementAndGet();
                released.await();
                response.flushBuffer();
            } catch (ApiException e) {
                response.setStatus(e.response().getStatus());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void take(HttpServletRequest request) {
            if (request.getPathInfo().equals("/jobs")) {
                reading.ofPage(request, PAGE);
            } else if (request.getQueryString() == null) {
                reading.ofQueues(request, PAGE);
            } else {
                reading.ofQueues(request, new Page.Request(Long.MAX_VALUE, 25));
            }
        }
    }
}
