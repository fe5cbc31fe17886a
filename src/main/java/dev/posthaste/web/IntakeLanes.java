package dev.posthaste.web;

import dev.posthaste.memory.ByteBudget;

/**
 * The room for the bodies of calls. Bodies of ordinary size have a quarter of it of their own, so that they do not wait
 * behind large ones. Thread-safe.
 */
final class IntakeLanes {
    static final int LARGEST_ORDINARY = 64 * 1024;

    /**
     * What is held at most of each byte. While it is decoded: the byte, two for the character where one of the body's
     * characters is none of Latin-1, and two more because Java cuts the result to its length. Then: two for the text, and
     * two for what is taken of it, twice while escapes are resolved.
     */
    private static final int HELD_FOR_EACH_BYTE = 6;

    private final ByteBudget ordinary;
    private final ByteBudget large;

    IntakeLanes(ByteBudget intake) {
        long quarter = Math.max(1, intake.bytes() / 4);
        this.ordinary = new ByteBudget("intake of ordinary bodies", quarter);
        this.large = new ByteBudget("intake of large bodies", Math.max(1, intake.bytes() - quarter));
    }

    /**
     * For a body of that many bytes.
     *
     * @throws ApiException 503 when there is no room for a while
     */
    ByteBudget.Room take(Rooms rooms, long bytes) {
        return rooms.take(bytes <= LARGEST_ORDINARY ? ordinary : large, held(bytes));
    }

    static long held(long bytes) {
        return bytes * HELD_FOR_EACH_BYTE;
    }
}
