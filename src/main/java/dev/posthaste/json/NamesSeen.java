package dev.posthaste.json;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The names of the objects that are being read, those of inner objects on top of those of outer ones: 64 bits of each,
 * because a body may have more names than there is room for. Different names may look the same, seldom; who is told that
 * two are the same compares them. Not thread-safe.
 */
final class NamesSeen {
    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final long[] NONE = {};

    /** Of this instance's own, so that names which look the same cannot be prepared. */
    private final long seed = ThreadLocalRandom.current().nextLong();

    private long[] marks = new long[32];
    private int size;

    int size() {
        return size;
    }

    void add(long mark) {
        if (size == marks.length) {
            marks = Arrays.copyOf(marks, size + (size >> 1));
        }
        marks[size++] = mark;
    }

    /** What tells a name from others. */
    long mark(CharSequence text, int start, int end) {
        long mark = seed;
        for (int i = start; i < end; i++) {
            mark = (mark ^ text.charAt(i)) * FACTOR;
            mark ^= mark >>> 32;
        }
        return mark;
    }

    /** Forgets those that were added since there were {@code before}, and says which marks were there twice. */
    long[] endSince(int before) {
        if (size - before > 1) {
            Arrays.sort(marks, before, size);
        }
        int twice = before;
        for (int i = before + 1; i < size; i++) {
            if (marks[i] == marks[i - 1]) {
                marks[twice++] = marks[i];
            }
        }
        size = before;
        return twice == before ? NONE : Arrays.copyOfRange(marks, before, twice);
    }
}
