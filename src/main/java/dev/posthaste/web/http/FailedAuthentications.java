package dev.posthaste.web.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slows down who guesses tokens, cookies and login links: an address from which so many have failed within a minute is asked to wait, without a
 * look-up, except with what was valid lately. Holds so many addresses and tokens at most, the latter as digests.
 * Thread-safe.
 */
public final class FailedAuthentications {
    private static final Logger LOG = LoggerFactory.getLogger(FailedAuthentications.class);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration LATELY = Duration.ofHours(1);

    static final int MAX_ADDRESSES = 10_000;

    private static final int MAX_TOKENS = 10_000;

    private final int max;
    private final Ticker ticker;
    private final Cache<String, Failures> byAddress;
    private final Cache<ByteBuffer, Boolean> lately;
    private final AtomicLong nextLine;

    /** @param max failures of one address within a minute; 0 for no bound */
    public FailedAuthentications(int max) {
        this(max, Ticker.systemTicker());
    }

    FailedAuthentications(int max, Ticker ticker) {
        this.max = max;
        this.ticker = ticker;
        this.byAddress = Caffeine.newBuilder()
                .maximumSize(MAX_ADDRESSES)
                .expireAfterWrite(WINDOW)
                .ticker(ticker)
                .build();
        this.lately = Caffeine.newBuilder()
                .maximumSize(MAX_TOKENS)
                .expireAfterAccess(LATELY)
                .ticker(ticker)
                .build();
        this.nextLine = new AtomicLong(ticker.read());
    }

    /** The instants of an address's last failures, the oldest at {@code next} once it is full. Guarded by itself. */
    private static final class Failures {
        private final long[] nanos;
        private int count;

        Failures(int max) {
            nanos = new long[max];
        }

        synchronized int add(long now) {
            nanos[count % nanos.length] = now;
            count = count + 1 == 2 * nanos.length ? nanos.length : count + 1;
            return count;
        }

        /** How long the oldest of so many is still within the window; 0 or less when it is not, or there are fewer. */
        synchronized long waitNanos(long now) {
            return count < nanos.length ? 0 : nanos[count % nanos.length] + WINDOW.toNanos() - now;
        }
    }

    /** Whether none have failed lately, so that nobody has to wait. */
    boolean isEmpty() {
        return byAddress.estimatedSize() == 0;
    }

    /** How long a call from there with what has that digest has to wait; zero when it is to be looked at. */
    Duration delay(String address, byte[] sha256) {
        Failures failures = max == 0 ? null : byAddress.getIfPresent(address);
        long wait = failures == null ? 0 : failures.waitNanos(ticker.read());
        return wait <= 0 || lately.getIfPresent(ByteBuffer.wrap(sha256)) != null
                ? Duration.ZERO
                : Duration.ofNanos(wait);
    }

    /** A token was good. */
    void noteGood(byte[] sha256) {
        if (max > 0) {
            ByteBuffer digest = ByteBuffer.wrap(sha256);
            // Most often it is there, and reading is what keeps it there.
            if (lately.getIfPresent(digest) == null) {
                lately.put(digest, true);
            }
        }
    }

    /** A token was not: whatever it was before, it is none of those that were valid lately. */
    void noteBad(String address, byte[] sha256) {
        if (max == 0) {
            return;
        }
        lately.invalidate(ByteBuffer.wrap(sha256));
        // Written anew each time, so that it stays for a minute after the last one.
        Failures failures =
                byAddress.asMap().compute(address, (same, known) -> known == null ? new Failures(max) : known);
        long now = ticker.read();
        failures.add(now);
        if (failures.waitNanos(now) > 0) {
            say(address, now);
        }
    }

    /** Once a minute, whoever it is: the log is not theirs to fill. */
    private void say(String address, long now) {
        long due = nextLine.get();
        if (now - due >= 0 && nextLine.compareAndSet(due, now + WINDOW.toNanos())) {
            LOG.warn(
                    "{} authentications from {} have failed within a minute: what fails from there is answered with 429",
                    max,
                    address);
        }
    }

    /** Of how many addresses something is held, about. */
    long addresses() {
        byAddress.cleanUp();
        return byAddress.estimatedSize();
    }
}
