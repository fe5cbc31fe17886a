package dev.posthaste.web.input;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.web.http.Errors;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the filters that stand in a list's query string. An empty one is none. */
public final class ListFilters {
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final int MAX_DIGITS = 18;
    private static final int MAX_NAME = 255;

    private ListFilters() {}

    /** A queue's name; null when it is absent or there is a complaint. */
    public static @Nullable String queue(@Nullable String name, Errors errors) {
        if (name == null || name.isBlank()) {
            return null;
        }
        List<String> complaints = QueueNameRules.complaints(name);
        complaints.forEach(complaint -> errors.add("queue", complaint));
        return complaints.isEmpty() ? name : null;
    }

    /** A name, to the letter; null when it is absent or there is a complaint. */
    public static @Nullable String name(String field, @Nullable String name, Errors errors) {
        if (name == null || name.isBlank()) {
            return null;
        }
        int before = errors.count();
        if (name.codePointCount(0, name.length()) > MAX_NAME) {
            errors.add(field, "must not be greater than " + MAX_NAME + " characters.");
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            errors.add(field, "must not contain control characters.");
        }
        return errors.count() == before ? name : null;
    }

    /** A part of a URL; null when it is absent or there is a complaint. */
    public static @Nullable String url(@Nullable String part, Errors errors) {
        if (part == null || part.isBlank()) {
            return null;
        }
        int before = errors.count();
        if (part.codePointCount(0, part.length()) > TargetUrl.MAX_CHARACTERS) {
            errors.add("url", "must not be greater than " + TargetUrl.MAX_CHARACTERS + " characters.");
        }
        if (part.codePoints().anyMatch(Character::isISOControl)) {
            errors.add("url", "must not contain control characters.");
        }
        return errors.count() == before ? part : null;
    }

    /** Whether something is so; null when it is absent or there is a complaint. */
    public static @Nullable Boolean flag(String field, @Nullable String value, Errors errors) {
        if (value == null || value.isBlank()) {
            return null;
        }
        if (!value.equals("true") && !value.equals("false")) {
            errors.add(field, "must be true or false.");
            return null;
        }
        return value.equals("true");
    }

    /** An id; null when it is absent or there is a complaint. */
    public static @Nullable Long id(String field, @Nullable String value, Errors errors) {
        if (value == null || value.isBlank()) {
            return null;
        }
        if (!DIGITS.matcher(value).matches()) {
            errors.add(field, "must be an integer.");
            return null;
        }
        // Longer ones than any that is given are found nowhere.
        return value.length() > MAX_DIGITS ? Long.valueOf(0) : Long.valueOf(value);
    }

    /** One of a fixed set of names, to the letter; null when it is absent or there is a complaint. */
    public static <E extends Enum<E> & ContractName> @Nullable E oneOf(
            String name, @Nullable String value, Class<E> type, Errors errors) {
        if (value == null || value.isBlank()) {
            return null;
        }
        Optional<E> found = ContractName.find(type, value);
        if (found.isEmpty()) {
            errors.addSentence(name, "The selected " + name.replace('_', ' ') + " is invalid.");
        }
        return found.orElse(null);
    }
}
