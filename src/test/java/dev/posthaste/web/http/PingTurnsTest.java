package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PingTurnsTest {
    private final PingTurns turns = new PingTurns(Duration.ofMillis(1));

    @Test
    void thoseThatWaitForOneRowLeaveTurnsToOthers() throws InterruptedException {
        List<PingTurns.Turn> taken = new ArrayList<>();
        for (int i = 0; i < PingTurns.MAX_OF_SECRET; i++) {
            taken.add(turns.take(secret(1)));
        }

        assertThatThrownBy(() -> turns.take(secret(1)))
                .satisfies(refused -> assertThat(status(refused)).isEqualTo(429));

        turns.take(secret(2)).close();
        taken.get(0).close();
        turns.take(secret(1)).close();
    }

    @Test
    void noMoreAreTakenAtOnceThanThereAreTurns() throws InterruptedException {
        List<PingTurns.Turn> taken = new ArrayList<>();
        for (int i = 0; i < PingTurns.MAX; i++) {
            taken.add(turns.take(secret(i)));
        }

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> turns.take(secret(99)))
                    .satisfies(refused -> assertThat(status(refused)).isEqualTo(503));
        }

        taken.get(0).close();
        turns.take(secret(99)).close();
    }

    private static int status(Throwable refused) {
        return ((ApiException) refused).response().getStatus();
    }

    private static byte[] secret(int number) {
        return new byte[] {(byte) number};
    }
}
