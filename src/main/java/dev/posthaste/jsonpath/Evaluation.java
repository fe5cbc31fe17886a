package dev.posthaste.jsonpath;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One evaluation: what {@code $} is, and how much work is left. A unit is a node that is visited, or as much comparing;
 * a million of them are some tenths of a second. Not thread-safe.
 */
final class Evaluation {
    private static final long MAX_WORK = 1_000_000;
    /** Compiled expressions are kept for the evaluation: this bounds their memory as well. */
    private static final long UNITS_A_STATE = 10;

    private final Json root;
    private final Map<String, Optional<Regexp>> regexps = new HashMap<>();
    private long spent;

    Evaluation(Json root) {
        this.root = root;
    }

    Json root() {
        return root;
    }

    void spend(long units) {
        spent += units;
        if (spent > MAX_WORK) {
            throw new TooMuchWorkException();
        }
    }

    /** Compiles an expression that comes from the document only once; empty when it is none. */
    Optional<Regexp> regexp(String pattern) {
        return regexps.computeIfAbsent(pattern, text -> {
            spend(1L + text.length());
            Optional<Regexp> regexp = Regexp.compile(text);
            regexp.ifPresent(compiled -> spend((long) compiled.size() * UNITS_A_STATE));
            return regexp;
        });
    }
}
