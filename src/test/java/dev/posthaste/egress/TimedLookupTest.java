package dev.posthaste.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimedLookupTest {
    private static final long OWNER = 1;
    private static final long ANOTHER = 2;
    private static final Duration AMPLE = Duration.ofSeconds(30);
    private static final InetAddress[] FOUND = {InetAddress.getLoopbackAddress()};

    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch firstAnswered = new CountDownLatch(1);
    private final CountDownLatch secondAnswered = new CountDownLatch(1);
    private final CountDownLatch lookedUp = new CountDownLatch(TimedLookup.MAX_OF_ONE_OWNER);
    private final AtomicInteger lookups = new AtomicInteger();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final TimedLookup lookup = new TimedLookup(this::addressesOf);

    @AfterEach
    void end() {
        answered.countDown();
        firstAnswered.countDown();
        secondAnswered.countDown();
        lookup.close();
        callers.shutdownNow();
    }

    @Test
    void aLookupThatHangsIsWaitedForOnlyAsLongAsTheExchangeMayTake() {
        assertThatThrownBy(() -> lookup.addressesOf("silent.example", OWNER, Duration.ofMillis(50)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("in time");
    }

    @Test
    void whyAHostCannotBeLookedUpIsSaid() {
        assertThatThrownBy(() -> lookup.addressesOf("unknown.example", OWNER, AMPLE))
                .hasMessage("The name unknown.example is not known.");
        assertThatThrownBy(() -> lookup.addressesOf("broken.example", OWNER, AMPLE))
                .hasMessage("The name broken.example could not be looked up.");
        lookup.close();
        assertThatThrownBy(() -> lookup.addressesOf("quick.example", OWNER, AMPLE))
                .hasMessage("The name quick.example could not be looked up.");
    }

    @Test
    void whoIsInterruptedWhileItWaitsStaysInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> lookup.addressesOf("silent.example", OWNER, AMPLE))
                .hasMessage("Looking up silent.example was interrupted.");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aLookupThatNobodyWaitsForAnyMoreIsNotBegun() throws Exception {
        ask(TimedLookup.MAX_OF_ONE_OWNER, i -> "silent" + i + ".example");
        assertThat(lookedUp.await(30, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> lookup.addressesOf("late.example", OWNER, Duration.ofMillis(20)))
                .hasMessageContaining("in time");

        assertThat(lookup.waiting()).isZero();
        answered.countDown();
        assertThat(lookup.addressesOf("quick.example", OWNER, AMPLE)).isEqualTo(FOUND);
        assertThat(lookups).hasValue(TimedLookup.MAX_OF_ONE_OWNER + 1);
    }

    @Test
    void whoStillWaitsKeepsTheTurnOfWhoGoesAway() throws Exception {
        ask(TimedLookup.MAX_OF_ONE_OWNER, i -> "silent" + i + ".example");
        assertThat(lookedUp.await(30, TimeUnit.SECONDS)).isTrue();
        Future<InetAddress[]> patient = ask(1, i -> "quick.example").get(0);
        awaitUntil(() -> lookup.waiting() == 1);
        assertThatThrownBy(() -> lookup.addressesOf("quick.example", OWNER, Duration.ofMillis(20)))
                .hasMessageContaining("in time");

        answered.countDown();

        assertThat(patient.get(30, TimeUnit.SECONDS)).isEqualTo(FOUND);
    }

    @Test
    void whoAskForOneNameShareOneLookup() throws Exception {
        List<Future<InetAddress[]>> asked = ask(20, i -> "silent.example");
        awaitUntil(() -> lookup.asking("silent.example") == 20);
        answered.countDown();

        for (Future<InetAddress[]> one : asked) {
            assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(FOUND);
        }
        assertThat(lookups).hasValue(1);
    }

    @Test
    void aNameThatNobodyWaitsForIsLookedUpAnew() throws UnknownHostException {
        lookup.addressesOf("quick.example", OWNER, AMPLE);
        lookup.addressesOf("quick.example", OWNER, AMPLE);

        assertThat(lookups).hasValue(2);
    }

    @Test
    void silentNamesOfOneOwnerAreInNobodyElsesWay() throws Exception {
        List<Future<InetAddress[]>> silent = ask(TimedLookup.MAX_THREADS + 200, i -> "silent" + i + ".example");
        assertThat(lookedUp.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(lookup.addressesOf("quick.example", ANOTHER, AMPLE)).isEqualTo(FOUND);
        assertThat(lookups).hasValue(TimedLookup.MAX_OF_ONE_OWNER + 1);

        answered.countDown();
        for (Future<InetAddress[]> one : silent) {
            assertThat(one.get(30, TimeUnit.SECONDS))
                    .as("who waited for a turn got it")
                    .isEqualTo(FOUND);
        }
    }

    @Test
    void nobodyWaitsForTheTurnOfAnother() throws Exception {
        ask(TimedLookup.MAX_OF_ONE_OWNER, i -> "silent" + i + ".example");
        assertThat(lookedUp.await(30, TimeUnit.SECONDS)).isTrue();
        Future<InetAddress[]> theSame = ask(1, i -> "quick.example").get(0);

        assertThat(lookup.addressesOf("quick.example", ANOTHER, AMPLE)).isEqualTo(FOUND);

        answered.countDown();
        assertThat(theSame.get(30, TimeUnit.SECONDS)).isEqualTo(FOUND);
    }

    /** It waits for a turn of its owner's, and another owner has asked for the name meanwhile. */
    @Test
    void whatWaitedForATurnJoinsALookupOfTheSameNameThatIsUnderWay() throws Exception {
        ask(TimedLookup.MAX_OF_ONE_OWNER - 1, i -> "silent" + i + ".example");
        Future<InetAddress[]> first = ask(1, i -> "first.example").get(0);
        assertThat(lookedUp.await(30, TimeUnit.SECONDS)).isTrue();
        Future<InetAddress[]> waits = ask(1, i -> "second.example").get(0);
        awaitUntil(() -> lookup.waiting() == 1);
        Future<InetAddress[]> underWay = callers.submit(() -> lookup.addressesOf("second.example", ANOTHER, AMPLE));
        awaitUntil(() -> lookup.asking("second.example") == 1);

        firstAnswered.countDown();
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(FOUND);
        awaitUntil(() -> lookup.waiting() == 0);
        assertThat(waits.isDone()).as("it has a turn, and no answer yet").isFalse();

        secondAnswered.countDown();
        assertThat(underWay.get(30, TimeUnit.SECONDS)).isEqualTo(FOUND);
        assertThat(waits.get(30, TimeUnit.SECONDS)).isEqualTo(FOUND);
        assertThat(lookups).as("the name was looked up once").hasValue(TimedLookup.MAX_OF_ONE_OWNER + 1);
    }

    private List<Future<InetAddress[]>> ask(int times, IntFunction<String> name) {
        List<Future<InetAddress[]>> asked = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            String host = name.apply(i);
            asked.add(callers.submit(() -> lookup.addressesOf(host, OWNER, AMPLE)));
        }
        return asked;
    }

    private static void awaitUntil(BooleanSupplier isSo) {
        await().until(isSo::getAsBoolean);
    }

    private InetAddress[] addressesOf(String host) throws UnknownHostException {
        lookups.incrementAndGet();
        lookedUp.countDown();
        CountDownLatch gate =
                switch (host) {
                    case "quick.example" -> new CountDownLatch(0);
                    case "first.example" -> firstAnswered;
                    case "second.example" -> secondAnswered;
                    default -> answered;
                };
        if (host.equals("unknown.example")) {
            throw new UnknownHostException(host);
        }
        if (host.equals("broken.example")) {
            throw new IllegalStateException(host);
        }
        try {
            if (!gate.await(50, TimeUnit.SECONDS)) {
                throw new UnknownHostException(host);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException(host);
        }
        return FOUND;
    }
}
