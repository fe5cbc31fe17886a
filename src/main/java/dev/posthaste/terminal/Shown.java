package dev.posthaste.terminal;

import java.util.Locale;

/** How values of the API are written in tables. */
final class Shown {
    private Shown() {}

    /** A time of the API, which is in UTC, without what is the same in each of them. */
    static String time(String time) {
        return time.replace("+00:00", "").replace('T', ' ');
    }

    /** With commas between thousands. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number of things, whose name is in the singular. */
    static String count(long number, String thing) {
        return number(number) + " " + thing + (number == 1 ? "" : "s");
    }
}
