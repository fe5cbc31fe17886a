package dev.posthaste.crons;

import java.util.Locale;

/** Reads one field: a list of values, ranges and steps. */
final class FieldParser {
    private static final int MAX_SHOWN = 30;
    private static final int MAX_DIGITS = 9;
    private static final String OF_QUARTZ = ".*[?LW#].*";
    private static final int SUNDAY = 7;

    private final Field field;
    private final String text;

    private FieldParser(Field field, String text) {
        this.field = field;
        this.text = text;
    }

    /** @throws InvalidCronException with the field's name and what is wrong with it */
    static FieldValues parse(Field field, String text) throws InvalidCronException {
        return new FieldParser(field, text).values();
    }

    private FieldValues values() throws InvalidCronException {
        long bits = 0;
        for (String item : text.split(",", -1)) {
            bits |= item(item);
        }
        return new FieldValues(field, text, bits);
    }

    private long item(String item) throws InvalidCronException {
        if (item.isEmpty()) {
            throw complaint("an item of the list is empty");
        }
        int slash = item.indexOf('/');
        String span = slash < 0 ? item : item.substring(0, slash);
        int dash = span.indexOf('-');
        int low;
        int high;
        if (span.equals("*")) {
            low = field.min();
            high = field.max();
        } else if (dash < 0) {
            low = value(span, item);
            high = low;
            if (slash >= 0) {
                throw complaint(shown(item) + " has a step without a range" + hint(low));
            }
        } else {
            low = value(span.substring(0, dash), item);
            high = value(span.substring(dash + 1), item);
            if (low > 0 && span.substring(dash + 1).equalsIgnoreCase("SUN")) {
                high = SUNDAY;
            }
            if (low > high) {
                throw complaint("the range " + shown(span) + " runs backwards");
            }
        }
        return bits(low, high, slash < 0 ? 1 : step(item.substring(slash + 1), item));
    }

    private String hint(int low) {
        int from = field == Field.DAY_OF_WEEK && low == SUNDAY ? field.min() : low;
        return from == field.max() ? "; leave the step out" : "; the range may be " + from + "-" + field.max();
    }

    private long bits(int low, int high, int step) {
        long bits = 0;
        for (int value = low; value <= high; value += step) {
            bits |= 1L << (field == Field.DAY_OF_WEEK ? value % 7 : value);
        }
        return bits;
    }

    private int step(String digits, String item) throws InvalidCronException {
        if (!isNumber(digits)) {
            throw complaint("the step of " + shown(item) + " is not a number");
        }
        int step = number(digits);
        // A larger one would be a trap: */90 looks like every ninety minutes and would be every hour.
        if (step < 1 || step > field.max()) {
            throw complaint("the step of " + shown(item) + " is not between 1 and " + field.max());
        }
        return step;
    }

    private int value(String value, String item) throws InvalidCronException {
        if (isNumber(value)) {
            int number = number(value);
            if (number < field.min() || number > field.max()) {
                throw complaint(shown(value) + " is not between " + field.min() + " and " + field.max());
            }
            return number;
        }
        int name = field.names().indexOf(value.toUpperCase(Locale.ROOT));
        if (name >= 0) {
            return field.min() + name;
        }
        throw complaint(unreadable(value, item));
    }

    private String unreadable(String value, String item) {
        if (value.isEmpty()) {
            return "the range " + shown(item) + " has one end only";
        }
        String names = field.names().isEmpty()
                ? " is not a number"
                : " is neither a number nor one of " + String.join(" ", field.names());
        // Those who bring expressions of Quartz see that it is not a slip of theirs.
        return shown(value) + names + (value.matches(OF_QUARTZ) ? "; what only Quartz has is not known here" : "");
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Beyond any field when it is very long; leading zeros are allowed, as in 05. */
    private static int number(String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > MAX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(significant);
    }

    private InvalidCronException complaint(String complaint) {
        return InvalidCronException.in(field, complaint);
    }

    private static String shown(String part) {
        return part.length() <= MAX_SHOWN ? part : part.substring(0, MAX_SHOWN) + "…";
    }
}
