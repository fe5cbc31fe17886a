package dev.posthaste.web.input;

import dev.posthaste.assertions.Assertion;
import dev.posthaste.assertions.AssertionType;
import dev.posthaste.assertions.BodyContains;
import dev.posthaste.assertions.BodyNotContains;
import dev.posthaste.assertions.HeaderEquals;
import dev.posthaste.assertions.JsonPathEquals;
import dev.posthaste.assertions.ResponseTimeUnder;
import dev.posthaste.assertions.StatusCodeEquals;
import dev.posthaste.contract.ContractName;
import dev.posthaste.jsonpath.InvalidJsonPathException;
import dev.posthaste.jsonpath.JsonPath;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one success assertion: whatever is wrong with it is said when it is saved, not when a job runs. */
final class AssertionReader {
    private static final int MAX_CHARACTERS = 1_000;
    private static final int MIN_STATUS = 100;
    private static final int MAX_STATUS = 599;
    private static final int MAX_MILLIS = 300_000;

    private final FieldReader fields;

    AssertionReader(FieldReader fields) {
        this.fields = fields;
    }

    /** The assertion; null when what it needs is missing or wrong. */
    @Nullable
    Assertion read() {
        String name = fields.requiredText("type");
        Optional<AssertionType> type = name == null ? Optional.empty() : ContractName.find(AssertionType.class, name);
        if (type.isEmpty()) {
            if (name != null) {
                fields.complainOfChoice("type");
            }
            // Which fields it may have depends on the type.
            List.of("value", "name", "path").forEach(fields::take);
            fields.refuseUnknown();
            return null;
        }
        Assertion assertion = read(type.get());
        fields.refuseUnknown();
        return assertion;
    }

    private @Nullable Assertion read(AssertionType type) {
        return switch (type) {
            case STATUS_CODE_EQUALS -> {
                Integer status = integer(MIN_STATUS, MAX_STATUS);
                yield status == null ? null : new StatusCodeEquals(status);
            }
            case BODY_CONTAINS -> {
                String value = text("value");
                yield value == null ? null : new BodyContains(value);
            }
            case BODY_NOT_CONTAINS -> {
                String value = text("value");
                yield value == null ? null : new BodyNotContains(value);
            }
            case RESPONSE_TIME_UNDER_MS -> {
                Integer millis = integer(1, MAX_MILLIS);
                yield millis == null ? null : new ResponseTimeUnder(Duration.ofMillis(millis));
            }
            case HEADER_EQUALS -> {
                String name = headerName();
                String value = text("value");
                yield name == null || value == null ? null : new HeaderEquals(name, value);
            }
            case JSON_PATH_EQUALS -> {
                JsonPath path = path();
                String value = text("value");
                yield path == null || value == null ? null : new JsonPathEquals(path, value);
            }
        };
    }

    private @Nullable String text(String name) {
        return bounded(name, fields.requiredTextOrNumber(name));
    }

    private @Nullable String bounded(String name, @Nullable String text) {
        if (text != null && text.codePointCount(0, text.length()) > MAX_CHARACTERS) {
            fields.complain(name, "must not be greater than " + MAX_CHARACTERS + " characters.");
            return null;
        }
        return text;
    }

    private @Nullable Integer integer(int min, int max) {
        String text = text("value");
        if (text == null) {
            return null;
        }
        if (!text.matches("0|-?[1-9][0-9]*")) {
            fields.complain("value", "must be an integer.");
            return null;
        }
        boolean isInRange = text.length() < 10 && Integer.parseInt(text) >= min && Integer.parseInt(text) <= max;
        if (!isInRange) {
            fields.complain("value", "must be between " + min + " and " + max + ".");
            return null;
        }
        return Integer.valueOf(text);
    }

    private @Nullable String headerName() {
        String name = fields.requiredText("name");
        if (name == null) {
            return null;
        }
        if (name.length() > MAX_CHARACTERS || !HeaderRules.isName(name)) {
            fields.complain("name", "must be a valid header name.");
            return null;
        }
        return name;
    }

    private @Nullable JsonPath path() {
        String path = bounded("path", fields.requiredText("path"));
        if (path == null) {
            return null;
        }
        try {
            return JsonPath.parse(path);
        } catch (InvalidJsonPathException e) {
            fields.complain("path", "must be a valid JSONPath: " + e.getMessage() + ".");
            return null;
        }
    }
}
