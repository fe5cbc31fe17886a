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
            assertThat(failures.delay("a", WRONG)).isZero();
            failures.noteBad("a", WRONG);
            pass(1);
        }

        assertThat(failures.delay("a", WRONG)).isEqualTo(Duration.ofSeconds(40));
        assertThat(failures.delay("b", WRONG)).isZero();
        pass(40);
        assertThat(failures.delay("a", WRONG)).isZero();
        failures.noteBad("a", WRONG);
        assertThat(failures.delay("a", WRONG)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whoFailsSeldomNeverWaits() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(failures.delay("a", WRONG)).isZero();
            failures.noteBad("a", WRONG);
            pass(3);
            pass(1);
        }
    }

    @Test
    void tokensThatWereValidLatelyGoOnFromThere() {
        failures.noteGood(GOOD.sha256());
        fail("a", 20);

        assertThat(failures.delay("a", GOOD)).isZero();
        assertThat(failures.delay("a", WRONG)).isPositive();
        failures.noteBad("a", GOOD);
        assertThat(failures.delay("a", GOOD)).as("revoked meanwhile").isPositive();
    }

    @Test
    void latelyIsAnHourFromTheLastUse() {
        failures.noteGood(GOOD.sha256());
        pass(3_000);
        failures.noteGood(GOOD.sha256());
        pass(3_000);
        fail("a", 20);
        assertThat(failures.delay("a", GOOD)).isZero();

        pass(3_601);
        fail("a", 20);
        assertThat(failures.delay("a", GOOD)).isPositive();
    }

    @Test
    void withoutABoundNobodyWaits() {
        FailedAuthentications unbounded = new FailedAuthentications(0);
        for (int i = 0; i < 100; i++) {
            unbounded.noteBad("a", WRONG);
        }

        assertThat(unbounded.delay("a", WRONG)).isZero();
        assertThat(unbounded.addresses()).isZero();
    }

    @Test
    void aMillionAddressesAreHeldInBoundedMemory() {
        for (int i = 0; i < 1_000_000; i++) {
            failures.noteBad("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), WRONG);
        }

        assertThat(failures.addresses()).isLessThanOrEqualTo(FailedAuthentications.MAX_ADDRESSES);
        fail("a", 40);
        assertThat(failures.delay("a", WRONG))
                .as("who guesses on is told from the others")
                .isPositive();
    }

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            failures.noteBad(address, WRONG);
        }
    }

    private void pass(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }
}
