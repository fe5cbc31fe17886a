package dev.posthaste.web.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with the fields of a request, in the order in which it was found. Everything is counted and the first
 * hundred are told, because a client decides how much there is to complain about. Not thread-safe.
 */
public final class Errors {
    private static final int MAX_TOLD = 100;
    private static final int MAX_NAME = 100;

    private final Map<String, List<String>> byField = new LinkedHashMap<>();
    private String first = "";
    private int count;

    public boolean isEmpty() {
        return count == 0;
    }

    /**
     * Ends the call when there are any.
     *
     * @throws ApiException 422 with all of them
     */
    public void mustBeNone() {
        if (count > 0) {
            throw ApiException.invalid(this);
        }
    }

    public int count() {
        return count;
    }

    /** Adds {@code The <field> field <complaint>}; the underscores of a name are blanks in a sentence. */
    public void add(String field, String complaint) {
        addSentence(field, "The " + shown(field).replace('_', ' ') + " field " + complaint);
    }

    public void addSentence(String field, String sentence) {
        String printable = printable(sentence);
        if (count < MAX_TOLD) {
            byField.computeIfAbsent(printable(shown(field)), name -> new ArrayList<>())
                    .add(printable);
        }
        if (count++ == 0) {
            first = printable;
        }
    }

    /** Counts what nobody is told one by one. */
    public void addUntold(int more) {
        count += more;
    }

    /** A name as errors show it: its length is the client's choice. */
    public static String shown(String field) {
        return field.length() <= MAX_NAME ? field : field.substring(0, MAX_NAME) + "…";
    }

    public String message() {
        return switch (count - 1) {
            case 0 -> first;
            case 1 -> first + " (and 1 more error)";
            default -> first + " (and " + (count - 1) + " more errors)";
        };
    }

    public Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("message", message());
        body.put("errors", byField);
        return body;
    }

    /** A field's name comes from the client, and half a character cannot be sent back. */
    private static String printable(String text) {
        return Surrogates.areWhole(text) ? text : Surrogates.repaired(text);
    }
}
