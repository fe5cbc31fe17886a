package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.teams.TokenSecret;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailedAuthenticationsTest {
    private static final TokenSecret WRONG = new TokenSecret("a-wrong-token-0123456789");
    private static final TokenSecret GOOD = new TokenSecret("a-good-token-0123456789");

    private long nanos = 7;
    private final FailedAuthentications failures = new FailedAuthentications(20, () -> nanos);

    @Test
    void afterTwentyFailuresWithinAMinuteAnAddressHasToWaitUntilTheFirstOfThemIsAMinuteOld() {
        for (int i = 0; i < 20; i++) {
            assertThat(failures.delay("a", WRONG.sha256())).isZero();
            failures.noteBad("a", WRONG.sha256());
            pass(1);
        }

        assertThat(failures.delay("a", WRONG.sha256())).isEqualTo(Duration.ofSeconds(40));
        assertThat(failures.delay("b", WRONG.sha256())).isZero();
        pass(40);
        assertThat(failures.delay("a", WRONG.sha256())).isZero();
        failures.noteBad("a", WRONG.sha256());
        assertThat(failures.delay("a", WRONG.sha256())).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whoFailsSeldomNeverWaits() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(failures.delay("a", WRONG.sha256())).isZero();
            failures.noteBad("a", WRONG.sha256());
            pass(3);
            pass(1);
        }
    }

    @Test
    void tokensThatWereValidLatelyGoOnFromThere() {
        failures.noteGood(GOOD.sha256());
        fail("a", 20);

        assertThat(failures.delay("a", GOOD.sha256())).isZero();
        assertThat(failures.delay("a", WRONG.sha256())).isPositive();
        failures.noteBad("a", GOOD.sha256());
        assertThat(failures.delay("a", GOOD.sha256())).as("revoked meanwhile").isPositive();
    }

    @Test
    void latelyIsAnHourFromTheLastUse() {
        failures.noteGood(GOOD.sha256());
        pass(3_000);
        failures.noteGood(GOOD.sha256());
        pass(3_000);
        fail("a", 20);
        assertThat(failures.delay("a", GOOD.sha256())).isZero();

        pass(3_601);
        fail("a", 20);
        assertThat(failures.delay("a", GOOD.sha256())).isPositive();
    }

    @Test
    void withoutABoundNobodyWaits() {
        FailedAuthentications unbounded = new FailedAuthentications(0);
        for (int i = 0; i < 100; i++) {
            unbounded.noteBad("a", WRONG.sha256());
        }

        assertThat(unbounded.delay("a", WRONG.sha256())).isZero();
        assertThat(unbounded.addresses()).isZero();
    }

    @Test
    void aMillionAddressesAreHeldInBoundedMemory() {
        for (int i = 0; i < 1_000_000; i++) {
            failures.noteBad("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), WRONG.sha256());
        }

        assertThat(failures.addresses()).isLessThanOrEqualTo(FailedAuthentications.MAX_ADDRESSES);
        fail("a", 40);
        assertThat(failures.delay("a", WRONG.sha256()))
                .as("who guesses on is told from the others")
                .isPositive();
    }

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            failures.noteBad(address, WRONG.sha256());
        }
    }

    private void pass(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }
}
