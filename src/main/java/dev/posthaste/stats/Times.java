package dev.posthaste.stats;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/**
 * How long things took: how many were within 1, 2, 4, 8 … milliseconds, and the longest. What is read from it is never less
 * than what was, and less than twice as much. Not thread-safe.
 */
public final class Times {
    /** Of all but the last bucket: its bound is 2 to the power of its index, in milliseconds; the last one's is 4.7 hours. */
    private static final int BOUNDED = 25;

    private static final int BUCKETS = BOUNDED + 1;

    private final long[] counts = new long[BUCKETS];
    private long maxMs;

    /** Nothing yet. */
    public Times() {}

    /**
     * What was kept of one.
     *
     * @param counts by bucket, those at the end that are zero left out
     */
    static Times of(List<Long> counts, long maxMs) {
        Times times = new Times();
        for (int i = 0; i < Math.min(BUCKETS, counts.size()); i++) {
            times.counts[i] = counts.get(i);
        }
        times.maxMs = maxMs;
        return times;
    }

    /** The bounds of all buckets but the last, which has none, in milliseconds. */
    public static List<Long> boundsMs() {
        List<Long> bounds = new ArrayList<>(BOUNDED);
        for (int i = 0; i < BOUNDED; i++) {
            bounds.add(1L << i);
        }
        return Collections.unmodifiableList(bounds);
    }

    /** One took so many milliseconds; less than none is none, as of clocks that were set. */
    public void add(long ms) {
        counts[bucketOf(ms)]++;
        maxMs = Math.max(maxMs, ms);
    }

    private static int bucketOf(long ms) {
        return ms <= 1 ? 0 : Math.min(BOUNDED, Long.SIZE - Long.numberOfLeadingZeros(ms - 1));
    }

    /** These too. */
    public void add(Times others) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += others.counts[i];
        }
        maxMs = Math.max(maxMs, others.maxMs);
    }

    /** How many. */
    public long count() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /**
     * What so many of a hundred did not exceed, in milliseconds: the bound of the bucket in which that one is, or the longest of
     * all where that is less. Empty when there was nothing.
     */
    public OptionalLong percentile(int percent) {
        long rank = (count() * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < BUCKETS && rank > 0; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return OptionalLong.of(i < BOUNDED ? Math.min(1L << i, maxMs) : maxMs);
            }
        }
        return OptionalLong.empty();
    }

    /** The longest, in milliseconds; empty when there was nothing. */
    public OptionalLong max() {
        return count() == 0 ? OptionalLong.empty() : OptionalLong.of(maxMs);
    }

    /** By bucket, those at the end that are zero left out. */
    public List<Long> counts() {
        int end = BUCKETS;
        while (end > 0 && counts[end - 1] == 0) {
            end--;
        }
        List<Long> kept = new ArrayList<>(end);
        for (int i = 0; i < end; i++) {
            kept.add(counts[i]);
        }
        return kept;
    }
}
