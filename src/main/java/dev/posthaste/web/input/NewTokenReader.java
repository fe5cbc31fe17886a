package dev.posthaste.web.input;

import dev.posthaste.contract.ContractName;
import dev.posthaste.json.JsonValue;
import dev.posthaste.teams.NewToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.teams.Scopes;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what is wanted of a new token. Scopes have to be named: nobody gets all of them by leaving them out. Thread-safe. */
public final class NewTokenReader {
    private static final int MAX_NAME = 255;
    private static final int MAX_SCOPES = 100;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final JsonDocument json;
    private final InstantSource clock;

    /** @param clock the database's */
    public NewTokenReader(JsonDocument json, InstantSource clock) {
        this.json = json;
        this.clock = clock;
    }

    /**
     * The token that the body asks for.
     *
     * @throws ApiException 422 when a field is not valid
     */
    public NewToken read(String body) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody(body), "", errors);
        String name = name(fields);
        Scopes scopes = scopes(fields);
        Instant expiresAt = expiresAt(fields);
        fields.refuseUnknown();
        errors.mustBeNone();
        return new NewToken(String.valueOf(name), scopes, expiresAt);
    }

    private static @Nullable String name(FieldReader fields) {
        String name = fields.requiredText("name");
        if (name != null && name.length() > MAX_NAME) {
            fields.complain("name", "must not be greater than " + MAX_NAME + " characters.");
        } else if (name != null && name.chars().anyMatch(Character::isISOControl)) {
            fields.complain("name", "must not contain control characters.");
        }
        return name;
    }

    private Scopes scopes(FieldReader fields) {
        EnumSet<Scope> named = EnumSet.noneOf(Scope.class);
        List<Scope> read = fields.list(json, "scopes", MAX_SCOPES, (name, element) -> scope(fields, name, element));
        if (read != null) {
            named.addAll(read);
        }
        if (read == null ? fields.take("scopes") == null : read.isEmpty()) {
            fields.complain("scopes", "is required.");
        }
        return new Scopes(named);
    }

    private static @Nullable Scope scope(FieldReader fields, String name, JsonValue element) {
        if (!(element instanceof JsonValue.Text text)) {
            fields.complain(name, "must be a string.");
            return null;
        }
        Scope scope = ContractName.find(Scope.class, text.value()).orElse(null);
        if (scope == null) {
            fields.complainOfChoice(name);
        }
        return scope;
    }

    private @Nullable Instant expiresAt(FieldReader fields) {
        String text = fields.text("expires_at");
        if (text == null) {
            return null;
        }
        try {
            Instant instant = OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                    .toInstant()
                    .truncatedTo(ChronoUnit.MILLIS);
            if (!instant.isAfter(clock.instant())) {
                fields.complain("expires_at", "must be in the future.");
            } else if (instant.isAfter(LATEST)) {
                fields.complain("expires_at", "must not be after the year 9999.");
            }
            return instant;
        } catch (DateTimeException e) {
            fields.complain("expires_at", "must be an ISO 8601 date and time with an offset.");
            return null;
        }
    }
}
