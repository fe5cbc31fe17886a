package dev.posthaste.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimesTest {
    @Test
    void eachBoundIsTwiceTheOneBeforeAndTheLastIsMoreThanFourHours() {
        List<Long> bounds = Times.boundsMs();

        assertThat(bounds).hasSize(25).startsWith(1L, 2L, 4L, 8L).endsWith(16_777_216L);
    }

    @Test
    void whatIsExactlyABoundIsWithinIt() {
        for (int i = 0; i < Times.boundsMs().size(); i++) {
            assertThat(of(Times.boundsMs().get(i)).counts()).as("bound %d", i).hasSize(i + 1);
            assertThat(of(Times.boundsMs().get(i) + 1).counts())
                    .as("more than bound %d", i)
                    .hasSize(i + 2);
        }
    }

    @Test
    void aPercentileIsNeverLessThanWhatWasAndLessThanTwiceAsMuch() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            long[] all = LongStream.generate(() -> (long) Math.exp(random.nextDouble() * 16))
                    .limit(1 + random.nextInt(500))
                    .sorted()
                    .toArray();
            Times times = of(all);
            for (int percent : new int[] {50, 95, 99}) {
                long real = all[(all.length * percent + 99) / 100 - 1];
                assertThat(times.percentile(percent).orElseThrow())
                        .isGreaterThanOrEqualTo(real)
                        .isLessThan(Math.max(2, 2 * real));
            }
            assertThat(times.max()).hasValue(all[all.length - 1]);
        }
    }

    @Test
    void whatIsLongerThanTheLastBoundIsToldByTheLongest() {
        assertThat(of(1, 20_000_000, 90_000_000).percentile(99)).hasValue(90_000_000);
        assertThat(of(1, 20_000_000, 90_000_000).max()).hasValue(90_000_000);
    }

    @Test
    void nothingHasNoPercentileAndNoLongest() {
        assertThat(new Times().percentile(50)).isEmpty();
        assertThat(new Times().max()).isEmpty();
        assertThat(new Times().counts()).isEmpty();
    }

    @Test
    void whatWasOfNoLengthIsSomething() {
        assertThat(of(0).count()).isOne();
        assertThat(of(0).percentile(99)).hasValue(0);
        assertThat(of(0).max()).hasValue(0);
    }

    @Test
    void whatIsKeptIsTheSameWhenItIsRead() {
        Times times = of(0, 3, 70, 20_000_000);

        Times read = Times.of(times.counts(), times.max().orElseThrow());

        assertThat(read.counts()).isEqualTo(times.counts());
        assertThat(read.max()).isEqualTo(times.max());
    }

    @Test
    void twoTogetherAreAsIfAllHadBeenOne() {
        Times one = of(1, 5, 900);

        one.add(of(7, 40));

        assertThat(one.counts()).isEqualTo(of(1, 5, 900, 7, 40).counts());
        assertThat(one.max()).hasValue(900);
    }

    private static Times of(long... ms) {
        Times times = new Times();
        LongStream.of(ms).forEach(times::add);
        return times;
    }
}
