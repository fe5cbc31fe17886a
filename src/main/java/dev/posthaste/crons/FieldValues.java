package dev.posthaste.crons;

import java.util.stream.IntStream;

/**
 * What one field of an expression allows.
 *
 * @param spelling as it was given
 * @param bits bit n is set when n is allowed; Sunday is bit 0 only
 */
record FieldValues(Field field, String spelling, long bits) {
    /** Whether it begins with an asterisk, as in {@code *}{@code /2} too: what cron calls a wildcard. */
    boolean isWildcard() {
        return spelling.startsWith("*");
    }

    boolean has(int value) {
        return (bits & (1L << value)) != 0;
    }

    /** Whether it excludes nothing. */
    boolean isFull() {
        return Long.bitCount(bits) == (field == Field.DAY_OF_WEEK ? 7 : field.max() - field.min() + 1);
    }

    /** The smallest allowed value that is not below this one; -1 when there is none. */
    int firstFrom(int value) {
        long rest = value > field.max() ? 0 : bits >>> value << value;
        return rest == 0 ? -1 : Long.numberOfTrailingZeros(rest);
    }

    /** The largest allowed value that is not above this one; -1 when there is none. */
    int lastUpTo(int value) {
        long rest = value < 0 ? 0 : bits & (-1L >>> (Long.SIZE - 1 - value));
        return rest == 0 ? -1 : Long.SIZE - 1 - Long.numberOfLeadingZeros(rest);
    }

    /** All of them, in their order. */
    int[] values() {
        return IntStream.rangeClosed(0, field.max()).filter(this::has).toArray();
    }
}
