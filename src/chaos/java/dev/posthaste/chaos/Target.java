package dev.posthaste.chaos;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in a URL, so that receiver and checker know without each other what is answered: the attempts up to one fail,
 * each after a time.
 *
 * @param push the number of the push that it came with
 * @param place among the jobs of that push, from 0
 * @param fails so many attempts are answered with 500; of a callback, so many tries
 * @param takesMs until the answer
 */
record Target(String kind, long push, int place, int fails, int takesMs) {
    static final String WORK = "work";
    static final String CRON = "cron";
    static final String CALLBACK = "callback";

    private static final Pattern SHAPE =
            Pattern.compile("/(work|cron|callback)/(\\d+)/(\\d+)\\?fails=(\\d+)&takes=(\\d+)");

    /** Path and query. */
    String text() {
        return "/" + kind + "/" + push + "/" + place + "?fails=" + fails + "&takes=" + takesMs;
    }

    /** @throws IllegalArgumentException when it is none of ours */
    static Target parse(String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not one of ours: " + text);
        }
        return new Target(
                parts.group(1),
                Long.parseLong(parts.group(2)),
                Integer.parseInt(parts.group(3)),
                Integer.parseInt(parts.group(4)),
                Integer.parseInt(parts.group(5)));
    }

    /** The status of the answer to an attempt, or to a try of a callback; both count from 1. */
    int answer(int attempt) {
        return attempt <= fails ? 500 : 200;
    }
}
