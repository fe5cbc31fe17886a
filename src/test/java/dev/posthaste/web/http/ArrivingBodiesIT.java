package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.memory.ByteBudget;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of calls while they come, on real connections. */
class ArrivingBodiesIT {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int LENGTH = 100_000;
    private static final int MOST = 16 * MEBIBYTE;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String KEPT = "POST / HTTP/1.1\r\nHost: a\r\n";
    private static final String POST = KEPT + "Connection: close\r\n";
    private static final String SLOW = POST + "Content-Length: 2\r\n\r\n ";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    /** Of these large bodies have 12 while they come, and 36 when they are there. */
    private final IntakeLanes lanes = new IntakeLanes(new ByteBudget("test", 64L * MEBIBYTE));

    private final ByteBudget ordinary = lanes.of(1).arriving();
    private final ByteBudget large = lanes.of(MEBIBYTE).arriving();
    private final AtomicBoolean isLetGo = new AtomicBoolean();
    private final AtomicInteger ended = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Rooms others = new Rooms(Duration.ZERO);

    @AfterEach
    void release() {
        released.countDown();
    }

    @Test
    void oneOfUnknownLengthHoldsWhatHasComeOfItAndMovesOnAsItGrows() throws Exception {
        try (ServletServer server = start(LONG, LONG);
                Socket client = server.send(CHUNKED + chunk(1))) {
            await().atMost(LONG).until(() -> ordinary.held() == 1024);

            ServletServer.send(client, chunk(20_000));
            await().atMost(LONG).until(() -> ordinary.held() == 32 * 1024);

            ServletServer.send(client, chunk(80_000));
            await().atMost(LONG).until(() -> large.held() == 128 * 1024);
            assertThat(ordinary.held()).isZero();
        }
    }

    @Test
    void oneThatIsAllThereHoldsSixTimesItsLengthAndNothingOfWhatItTookWhileItCame() throws Exception {
        long rest = 36L * MEBIBYTE / 6 - LENGTH;
        try (ServletServer server = start(LONG, LONG);
                Socket client = server.send(CHUNKED + chunk(LENGTH))) {
            await().atMost(LONG).until(() -> large.held() > LENGTH);
            ServletServer.send(client, "0\r\n\r\n");
            await().atMost(LONG).until(() -> large.held() == 0);

            assertThatThrownBy(() -> lanes.take(others, rest + 1)).isInstanceOf(ApiException.class);
            lanes.take(others, rest).close();
            released.countDown();

            assertThat(answer(client)).startsWith("HTTP/1.1 200 ").endsWith(String.valueOf(LENGTH));
            await().atMost(LONG)
                    .untilAsserted(() -> lanes.take(others, 6L * MEBIBYTE).close());
        }
    }

    @Test
    void whatCameEarlyBuysNoTime() throws Exception {
        try (ServletServer server = start(Duration.ZERO, Duration.ofSeconds(1));
                Socket client = server.send(POST + "Content-Length: " + MOST + "\r\n\r\n")) {
            ServletServer.send(client, " ".repeat(13 * MEBIBYTE));

            assertThat(answer(client)).startsWith("HTTP/1.1 408 ");
            await().atMost(LONG).until(() -> large.held() == 0);
        }
    }

    /** Time is what it is about: the wait is longer than a client may take. */
    @Test
    void theTimeThatAClientWaitsForRoomIsNotTheClients() throws Exception {
        fill(large);
        try (ServletServer server = start(LONG, Duration.ofSeconds(3));
                Socket client = server.send(POST + "Content-Length: " + LENGTH + "\r\n\r\n")) {
            await().pollDelay(Duration.ofSeconds(4)).until(() -> large.waiting() == 1);
            others.close();
            await().atMost(LONG).until(() -> large.waiting() == 0);
            released.countDown();
            ServletServer.send(client, " ".repeat(LENGTH));

            assertThat(answer(client)).startsWith("HTTP/1.1 200 ");
        }
    }

    /** Who watches the connections does not wait for room with it. */
    @Test
    void whileAClientWaitsForRoomOthersAreRead() throws Exception {
        released.countDown();
        try (ServletServer server = start(Duration.ofMinutes(10), LONG);
                Socket client = server.send(CHUNKED + chunk(1))) {
            await().atMost(LONG).until(() -> ordinary.held() == 1024);
            fill(large);
            ServletServer.send(client, chunk(80_000));
            await().atMost(LONG).until(() -> large.waiting() == 1);

            try (Socket other = server.send(POST + "Content-Length: 2\r\n\r\n  ")) {
                assertThat(answer(other)).startsWith("HTTP/1.1 200 ");
            } finally {
                others.close();
            }
        }
    }

    @Test
    void whoFindsNoRoomIsToldSoWithoutBeingAskedForTheBody() throws Exception {
        fill(large);
        try (ServletServer server = start(Duration.ZERO, LONG);
                Socket client = server.send(KEPT + "Expect: 100-continue\r\nContent-Length: " + LENGTH + "\r\n\r\n")) {

            assertThat(answer(client)).startsWith("HTTP/1.1 503 ").contains("Connection: close");
        }
    }

    /** What frames a body breaks the silence, and would be waited for for ever. */
    @Test
    void whoSendsFramingOnlyIsCutOff() throws Exception {
        try (ServletServer server = start(LONG, Duration.ofMillis(500));
                Socket client = server.send(CHUNKED + "1;")) {
            client.setSoTimeout(1);
            await().atMost(LONG).pollInterval(Duration.ofMillis(50)).until(() -> isEndedAfter(client, "a"));
        }
    }

    private static boolean isEndedAfter(Socket client, String drip) {
        try {
            ServletServer.send(client, drip);
            return client.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void manyMoreThanThereAreThreadsMaySendSlowly() throws Exception {
        released.countDown();
        List<Socket> clients = new ArrayList<>();
        try (ServletServer server = start(LONG, LONG)) {
            for (int i = 0; i < 5 * ServletServer.THREADS; i++) {
                clients.add(server.send(SLOW));
            }
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(ordinary.held()).as(server::connections).isEqualTo(2L * clients.size()));
            for (Socket client : clients) {
                ServletServer.send(client, " ");
                assertThat(answer(client)).startsWith("HTTP/1.1 200 ").endsWith("2");
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    /** What they hold is for others as well; whoever begins has some time, which is what it is about. */
    @Test
    void whereThereIsNoRoomThoseThatHaveBeenSlowLongestAreCutOff() throws Exception {
        released.countDown();
        try (ServletServer server = start(Duration.ZERO, LONG);
                Socket slow = server.send(POST + "Content-Length: 100\r\n\r\n ")) {
            await().pollDelay(Duration.ofSeconds(3)).atMost(LONG).until(() -> ordinary.held() == 100);
            try (Socket begun = server.send(SLOW)) {
                await().atMost(LONG).until(() -> ordinary.held() == 102);
                fill(ordinary);

                try (Socket third = server.send(SLOW)) {
                    assertThat(answer(slow)).isEmpty();
                    for (Socket client : List.of(begun, third)) {
                        ServletServer.send(client, " ");
                        assertThat(answer(client)).startsWith("HTTP/1.1 200 ");
                    }
                }
            }
        }
    }

    /** What came of it in the same moment may be all of it: its client is told nothing, and would send it again. */
    @Test
    void whoWasCutOffIsNotAcceptedWhateverHasComeMeanwhile() throws Exception {
        CompletableFuture<ClientConnection> connection = new CompletableFuture<>();
        try (ServletServer server = new ServletServer(List.of(), new Connections(connection));
                Socket client = server.send(KEPT + "\r\n")) {
            ArrivingRoom room = new ArrivingRoom(lanes, others, 100);
            room.grow(100);
            room.beginWait(connection.get(), Duration.ofSeconds(3));
            fill(ordinary);
            new ArrivingRoom(lanes, others, 100).grow(50);

            assertThatThrownBy(room::endWait).isInstanceOf(ApiException.class);
            assertThat(answer(client)).isEmpty();
        }
    }

    /** Its room is given back before the rest of it has been thrown away. */
    @Test
    void nothingIsHeldOfABodyThatIsRefusedInItsMiddle() throws Exception {
        try (ServletServer server = start(LONG, LONG);
                Socket client = server.send(CHUNKED + chunk(MOST + 1) + "0\r\n\r\n")) {
            assertThat(answer(client)).startsWith("HTTP/1.1 413 ");
            assertThat(isLetGo).isTrue();
        }
    }

    @Test
    void whoHasJustBegunIsNotCutOffForOthers() throws Exception {
        try (ServletServer server = start(Duration.ZERO, LONG);
                Socket begun = server.send(SLOW)) {
            await().atMost(LONG).until(() -> ordinary.held() == 2);
            fill(ordinary);

            try (Socket other = server.send(CHUNKED + chunk(1) + "0\r\n\r\n")) {
                assertThat(answer(other)).startsWith("HTTP/1.1 503 ");
            }
            released.countDown();
            ServletServer.send(begun, " ");
            assertThat(answer(begun)).startsWith("HTTP/1.1 200 ");
        }
    }

    /** Its next call would find a way to another node. */
    @Test
    void whoIsWaitedForWhenTheServerStopsIsToldSoAndNotThatHeIsSlow() throws Exception {
        try (ServletServer server = start(LONG, LONG);
                Socket client = server.send(SLOW)) {
            await().atMost(LONG).until(() -> ordinary.held() == 2);
            server.stop();

            assertThat(answer(client)).startsWith("HTTP/1.1 503 ");
        }
    }

    /** With each it is one of two: to see what has come, or to begin the call again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aCallThatWasPutAsideWaitsForAThreadWhereThereIsNone(int refusals) throws Exception {
        released.countDown();
        try (ServletServer server = start(LONG, LONG);
                Socket client = server.send(SLOW)) {
            await().atMost(LONG).until(() -> ordinary.held() == 2);
            server.refuse(refusals);
            ServletServer.send(client, " ");

            assertThat(answer(client)).startsWith("HTTP/1.1 200 ").endsWith("2");
            assertThat(server.hasRefused()).isTrue();
        }
    }

    /** As somebody does who needs its room: nobody else tells of it. */
    @Test
    void aCallEndsWhoseConnectionIsClosedRightBeforeItIsWaitedFor() throws Exception {
        try (ServletServer server = start(LONG, LONG)) {
            server.closeWhoIsWaitedFor();
            try (Socket client = server.send(SLOW)) {
                assertThat(answer(client)).isEmpty();
                await().atMost(LONG).until(() -> ended.get() == 1 && ordinary.held() == 0);
            }
        }
    }

    /** Nobody would end it otherwise, nor give back what it holds. */
    @Test
    void anErrorWhileABodyIsAwaitedEndsItsCall() throws Exception {
        try (ServletServer server = start(LONG, LONG)) {
            server.failWhoWaits();
            try (Socket client = server.send(SLOW)) {
                assertThat(answer(client)).startsWith("HTTP/1.1 500 ");
                await().atMost(LONG).until(() -> ordinary.held() == 0);
            }
        }
    }

    @Test
    void whatABodyCameInIsGivenBack() throws Exception {
        released.countDown();
        try (ServletServer server = start(LONG, LONG);
                Socket client = server.send(POST + "Content-Length: 3\r\n\r\n ")) {
            await().atMost(LONG).until(() -> ordinary.held() == 3);
            ServletServer.send(client, " ");
            await().atMost(LONG).until(() -> server.buffersHeld() <= 1);
            ServletServer.send(client, " ");
            assertThat(answer(client)).startsWith("HTTP/1.1 200 ");
            await().atMost(LONG).until(() -> server.buffersHeld() == 0);
        }
    }

    @Test
    void whatIsAllThereAtOnceTakesNoRoomFromThoseThatComeByAndBy() throws Exception {
        released.countDown();
        fill(ordinary);
        try (ServletServer server = start(Duration.ZERO, LONG);
                Socket client = server.send(POST + "Content-Length: 2\r\n\r\n  ")) {
            assertThat(answer(client)).startsWith("HTTP/1.1 200 ").endsWith("2");
        }
    }

    /** One piece at a time may go beyond the budget; it is this one. */
    private void fill(ByteBudget budget) {
        ByteBudget.Room room = others.empty(budget);
        others.grow(budget, room, budget.bytes() - budget.held());
        others.grow(budget, room, 1);
    }

    private static String chunk(int length) {
        return Integer.toHexString(length) + "\r\n" + " ".repeat(length) + "\r\n";
    }

    private static String answer(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private ServletServer start(Duration patience, Duration slack) throws Exception {
        Bodies bodies = new Bodies(lanes, new BodyLimits(MOST, MOST, 64 * 1024), slack);
        return new ServletServer(
                List.of(new CallRooms(patience, 64 * 1024, LONG), new UnreadBodies(MOST, LONG), new AwaitedBodies()),
                new Reader(bodies));
    }

    /** Reads a body and holds it until it is released. */
    private final class Reader extends HttpServlet {
        private static final long serialVersionUID = 1L;

        private final transient Bodies bodies;

        Reader(Bodies bodies) {
            this.bodies = bodies;
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            try {
                int length = bodies.single(request).bytes().length;
                released.await();
                response.getOutputStream().print(length);
            } catch (BodyIsComingException e) {
                response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
                response.getOutputStream().print("nobody sees it");
            } catch (ApiException e) {
                ArrivingBody body = ArrivingBody.of(request);
                isLetGo.set(body != null && body.isLetGo());
                response.setStatus(e.response().getStatus());
            } catch (IOException e) {
                ended.incrementAndGet();
                throw e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Tells what a call came over, and answers nothing as long as that is there. */
    private static final class Connections extends HttpServlet {
        private static final long serialVersionUID = 1L;

        private final transient CompletableFuture<ClientConnection> connection;

        Connections(CompletableFuture<ClientConnection> connection) {
            this.connection = connection;
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) {
            request.startAsync().setTimeout(0);
            connection.complete(ClientConnection.of(request));
        }
    }
}
