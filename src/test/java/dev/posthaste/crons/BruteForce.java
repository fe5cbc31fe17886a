package dev.posthaste.crons;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.BitSet;

/**
 * When expressions fire in a zone over ten years, found by looking at every minute with what a clock on a wall there
 * shows. Fields are read by code of its own, and no change of the clock is asked for: a minute that does not follow on
 * the one before is one.
 */
final class BruteForce {
    static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
    static final int MINUTES = 3652 * 24 * 60;

    private static final int DAY = 24 * 60;
    private static final long FIRST_DAY = START.getEpochSecond() / 86400 - 1;

    /** What the wall shows at each minute from the start on, in minutes from the first day on. */
    private final int[] wall = new int[MINUTES];

    private final BitSet jumps = new BitSet(MINUTES);

    BruteForce(ZoneId zone) {
        for (int t = 0; t < MINUTES; t++) {
            int offset = zone.getRules().getOffset(START.plusSeconds(60L * t)).getTotalSeconds() / 60;
            wall[t] = DAY + t + offset;
            if (t > 0 && wall[t] != wall[t - 1] + 1) {
                jumps.set(t);
            }
        }
    }

    /** The minutes at which the wall's clock is changed. */
    BitSet jumps() {
        return jumps;
    }

    /** The minutes at which an expression of numbers fires. */
    BitSet fires(String expression) {
        Wanted wanted = new Wanted(expression);
        BitSet fires = new BitSet(MINUTES);
        int latest = wall[0] - 1;
        for (int t = 0; t < MINUTES; t++) {
            int now = wall[t];
            if (wanted.wild) {
                if (wanted.isAt(now)) {
                    fires.set(t);
                }
            } else {
                // All that the wall has not shown before and has now reached or passed.
                while (latest < now) {
                    latest++;
                    if (wanted.isAt(latest)) {
                        fires.set(t);
                    }
                }
            }
        }
        return fires;
    }

    private static final class Wanted {
        final boolean wild;

        private final boolean[] times = new boolean[DAY];
        private final boolean[] days = new boolean[MINUTES / DAY + 4];

        Wanted(String expression) {
            String[] fields = expression.split(" ", -1);
            wild = fields[0].startsWith("*") || fields[1].startsWith("*");
            for (int minute = 0; minute < DAY; minute++) {
                times[minute] = allows(fields[0], minute % 60, 0, 59) && allows(fields[1], minute / 60, 0, 23);
            }
            boolean both = fields[2].startsWith("*") || fields[4].startsWith("*");
            for (int day = 0; day < days.length; day++) {
                LocalDate date = LocalDate.ofEpochDay(FIRST_DAY + day);
                int weekday = date.getDayOfWeek().getValue();
                boolean byMonth = allows(fields[2], date.getDayOfMonth(), 1, 31);
                boolean byWeek = allows(fields[4], weekday, 0, 7) || (weekday == 7 && allows(fields[4], 0, 0, 7));
                days[day] = allows(fields[3], date.getMonthValue(), 1, 12)
                        && (both ? byMonth && byWeek : byMonth || byWeek);
            }
        }

        boolean isAt(int minute) {
            return days[minute / DAY] && times[minute % DAY];
        }

        private static boolean allows(String field, int value, int min, int max) {
            for (String item : field.split(",", -1)) {
                String[] spanAndStep = item.split("/", -1);
                String[] ends = spanAndStep[0].replace("*", min + "-" + max).split("-", -1);
                int low = Integer.parseInt(ends[0]);
                int high = Integer.parseInt(ends[ends.length - 1]);
                int step = spanAndStep.length == 1 ? 1 : Integer.parseInt(spanAndStep[1]);
                if (low <= value && value <= high && (value - low) % step == 0) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The minute in which an instant is. */
    static int minuteOf(Instant instant) {
        return (int) Math.floorDiv(instant.getEpochSecond() - START.getEpochSecond(), 60L);
    }

    static Instant at(int minute) {
        return START.plusSeconds(60L * minute);
    }
}
