package dev.posthaste.web.http;

import dev.posthaste.memory.ByteBudget;
import java.time.Duration;

/**
 * The room for the bodies of calls. Bodies of ordinary size have a quarter of it of their own, so that they do not wait
 * behind large ones. Thread-safe.
 */
public final class IntakeLanes {
    static final int MAX_ORDINARY = 64 * 1024;

    /**
     * What is held at most of each byte. While it is decoded: the byte, two for the character where one of the body's
     * characters is none of Latin-1, and two more because Java cuts the result to its length. Then: two for the text, and
     * two for what is taken of it, twice while escapes are resolved.
     */
    private static final int HELD_FOR_EACH_BYTE = 6;

    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Lane ordinary;
    private final Lane large;

    public IntakeLanes(ByteBudget intake) {
        long quarter = intake.bytes() / 4;
        this.ordinary = Lane.of("ordinary bodies", quarter);
        this.large = Lane.of("large bodies", intake.bytes() - quarter);
    }

    /**
     * For a body of that many bytes that is all there, in place of what it took while it came.
     *
     * @throws ApiException 503 when there is no room for a while
     */
    ByteBudget.Room take(Rooms rooms, long bytes) {
        return rooms.take(of(bytes).whole, bytes * HELD_FOR_EACH_BYTE);
    }

    /** Where a body belongs that will have that many bytes. */
    Lane of(long bytes) {
        return bytes <= MAX_ORDINARY ? ordinary : large;
    }

    /**
     * Those that are there do not wait for those that come slowly, which have a quarter.
     *
     * @param arriving of those that are coming, each byte of what has come once
     * @param slow who of these is waited for
     */
    record Lane(ByteBudget arriving, ByteBudget whole, SlowSenders slow) {
        static Lane of(String name, long bytes) {
            long quarter = bytes / 4;
            return new Lane(
                    new ByteBudget("intake of " + name + " that are coming", Math.max(1, quarter)),
                    new ByteBudget("intake of " + name, Math.max(1, bytes - quarter)),
                    new SlowSenders(GRACE));
        }
    }
}
