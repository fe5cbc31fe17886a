package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Times that may overlap, as the one time that they cover together. Immutable. */
final class Windows {
    private final List<Interval> disjoint = new ArrayList<>();

    private Windows(Collection<Interval> intervals) {
        for (Interval next :
                intervals.stream().sorted(Comparator.comparing(Interval::from)).toList()) {
            Interval last = disjoint.isEmpty() ? null : disjoint.get(disjoint.size() - 1);
            if (last == null || last.until().isBefore(next.from())) {
                disjoint.add(next);
            } else if (last.until().isBefore(next.until())) {
                disjoint.set(disjoint.size() - 1, new Interval(last.from(), next.until()));
            }
        }
    }

    static Windows of(Collection<Interval> intervals) {
        return new Windows(intervals);
    }

    /** In order, none of which meets another. */
    List<Interval> intervals() {
        return List.copyOf(disjoint);
    }

    /** What either covers. */
    Windows and(Collection<Interval> more) {
        return new Windows(Stream.concat(disjoint.stream(), more.stream()).toList());
    }

    /** What both cover. */
    Windows common(Windows other) {
        List<Interval> both = new ArrayList<>();
        for (Interval one : disjoint) {
            for (Interval another : other.disjoint) {
                if (one.meets(another)) {
                    both.add(new Interval(later(one.from(), another.from()), earlier(one.until(), another.until())));
                }
            }
        }
        return new Windows(both);
    }

    /** How much of a time is covered. */
    Duration within(Instant from, Instant until) {
        Duration covered = Duration.ZERO;
        for (Interval one : disjoint) {
            Instant begin = later(one.from(), from);
            Instant end = earlier(one.until(), until);
            if (begin.isBefore(end)) {
                covered = covered.plus(Duration.between(begin, end));
            }
        }
        return covered;
    }

    /** The moment from which on until another one so much time is covered by nothing. */
    Instant before(Instant until, Duration uncovered) {
        Instant end = until;
        Duration left = uncovered;
        for (int i = disjoint.size() - 1; i >= 0; i--) {
            Interval one = disjoint.get(i);
            if (one.from().isBefore(end)) {
                Duration gap = one.until().isBefore(end) ? Duration.between(one.until(), end) : Duration.ZERO;
                if (gap.compareTo(left) >= 0) {
                    break;
                }
                left = left.minus(gap);
                end = one.from();
            }
        }
        return end.minus(left);
    }

    /** What is left of a time, in order. */
    List<Interval> gaps(Instant from, Instant until) {
        List<Interval> gaps = new ArrayList<>();
        Instant begin = from;
        for (Interval one : disjoint) {
            if (one.from().isAfter(begin) && begin.isBefore(until)) {
                gaps.add(new Interval(begin, earlier(one.from(), until)));
            }
            begin = later(begin, one.until());
        }
        if (begin.isBefore(until)) {
            gaps.add(new Interval(begin, until));
        }
        return gaps;
    }

    /** Those that meet a time, whole. */
    Windows meeting(Interval time) {
        return new Windows(disjoint.stream().filter(time::meets).toList());
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
