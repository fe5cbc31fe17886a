package dev.posthaste.web.input;

import dev.posthaste.json.JsonValue;
import dev.posthaste.steering.DeadLetters;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads which dead letters are meant: {@code ids} or {@code queue}. Thread-safe. */
public final class DeadLetterSelection {
    private static final int MAX_IDS = 1_000;

    private final JsonDocument json;

    public DeadLetterSelection(JsonDocument json) {
        this.json = json;
    }

    /**
     * Which dead letters are meant.
     *
     * @throws ApiException 422 when it names neither, or both, or something that is not valid
     */
    public DeadLetters.Selection read(String body) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody(body), "", errors);
        Set<Long> ids = ids(fields);
        String queue = fields.text("queue");
        QueueNameRules.check(fields, "queue", queue);
        fields.refuseUnknown();
        if (errors.isEmpty() && ids == null && queue == null) {
            errors.addSentence("ids", "The ids field is required when queue is not present.");
        } else if (ids != null && queue != null) {
            fields.complain("queue", "must not be given together with ids.");
        }
        errors.mustBeNone();
        return new DeadLetters.Selection(ids, queue);
    }

    private @Nullable Set<Long> ids(FieldReader fields) {
        List<Long> ids = fields.list(json, "ids", MAX_IDS, (name, element) -> id(fields, name, element));
        if (ids != null && ids.isEmpty()) {
            fields.complain("ids", "is required.");
        }
        return ids == null || ids.isEmpty() ? null : new LinkedHashSet<>(ids);
    }

    /** What is larger than any id is nobody's, and so is what has been complained of. */
    private static long id(FieldReader fields, String name, JsonValue element) {
        BigInteger id = fields.integer(name, element);
        return id == null || id.bitLength() >= Long.SIZE ? -1 : id.longValue();
    }
}
