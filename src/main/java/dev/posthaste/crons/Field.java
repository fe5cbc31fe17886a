package dev.posthaste.crons;

import java.util.List;

/** The fields of an expression, in their order. */
enum Field {
    MINUTE("minute", 0, 59, ""),
    HOUR("hour", 0, 23, ""),
    DAY_OF_MONTH("day of month", 1, 31, ""),
    MONTH("month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
    /** 0 and 7 are Sunday. */
    DAY_OF_WEEK("day of week", 0, 7, "SUN MON TUE WED THU FRI SAT");

    private final String words;
    private final int min;
    private final int max;
    private final String names;

    Field(String words, int min, int max, String names) {
        this.words = words;
        this.min = min;
        this.max = max;
        this.names = names;
    }

    /** As people call it. */
    String words() {
        return words;
    }

    int min() {
        return min;
    }

    int max() {
        return max;
    }

    /** In upper case, the first of them for {@link #min}; empty where there are numbers only. */
    List<String> names() {
        return names.isEmpty() ? List.of() : List.of(names.split(" ", -1));
    }
}
