package dev.posthaste.web;

import org.jspecify.annotations.Nullable;

/** Reads the name of a queue, under whatever name the field has. */
final class QueueName {
    private static final int LONGEST = 255;

    private QueueName() {}

    /** Complains about a name that no queue may have. */
    static void check(FieldReader fields, String field, @Nullable String name) {
        if (name != null && name.codePointCount(0, name.length()) > LONGEST) {
            fields.complain(field, "must not be greater than " + LONGEST + " characters.");
        }
        if (name != null && name.codePoints().anyMatch(Character::isISOControl)) {
            fields.complain(field, "must not contain control characters.");
        }
    }
}
