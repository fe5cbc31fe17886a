package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** How a queue holds back what waits in it. What is sent after it in another queue has been sent meanwhile. */
interface QueueScenarios extends Scenarios {
    @Test
    default void whatWaitsInAPausedQueueIsSentWhenItIsResumed() throws Exception {
        long queue = stage().api().createQueue("{\"name\": \"paused\", \"is_active\": false}");

        Sent sent = send(to("/paused").with("queue", "'paused'"));

        send(to("/after-paused"));
        awaitArrivals("/after-paused", 1);
        sent.awaitStates("1 pending null");
        sent.assertWhole();
        assertThat(receiver().count("/paused")).isZero();
        assertThat(stage().api().post("/api/queues/" + queue + "/resume", "").statusCode())
                .isEqualTo(200);
        sent.awaitStates("1 completed success");
        assertThat(awaitArrivals("/paused", 1).get(0).header("X-Posthaste-Queue"))
                .isEqualTo("paused");
        assertReported(sent, 1, "success", true);
    }

    @Test
    default void noMoreAreWithTheReceiverThanTheQueueAllows() throws Exception {
        Semaphore answers = new Semaphore(0);
        receiver().script("/limited", (exchange, count) -> {
            answers.acquire();
            exchange.sendResponseHeaders(200, -1);
        });
        stage().api().createQueue("{\"name\": \"limited\", \"max_parallelism\": 2}");
        List<Sent> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(send(to("/limited").with("queue", "'limited'")));
        }

        send(to("/after-limited"));
        awaitArrivals("/after-limited", 1);
        awaitArrivals("/limited", 2);
        answers.release();
        awaitArrivals("/limited", 3);
        answers.release(3);
        for (Sent sent : all) {
            sent.awaitStates("1 completed success");
        }
        awaitArrivals("/limited", 4);
    }
}
