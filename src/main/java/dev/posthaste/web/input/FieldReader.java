package dev.posthaste.web.input;

import dev.posthaste.json.JsonValue;
import dev.posthaste.web.http.Errors;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one object, notes what is wrong with them, and in the end names those that nobody asked for. Not
 * thread-safe.
 */
public final class FieldReader {
    private final JsonFields fields;
    private final String prefix;
    private final Errors errors;
    private final Set<String> known = new HashSet<>();

    /** @param prefix of the fields' names in messages, such as {@code jobs.3.} */
    public FieldReader(JsonFields fields, String prefix, Errors errors) {
        this.fields = fields;
        this.prefix = prefix;
        this.errors = errors;
    }

    /** The value; null when it is absent, or a string of nothing but blanks, which counts as missing. */
    @Nullable
    public JsonValue take(String name) {
        known.add(name);
        JsonValue value = fields.get(name);
        return value == null || value.isMissing() ? null : value;
    }

    /** Complains of strings of nothing but blanks: where what is left out means more, blank is no way to leave it out. */
    void refuseBlank() {
        fields.kept().forEach((name, value) -> {
            if (value instanceof JsonValue.Text && value.isMissing()) {
                complain(name, "must not be blank: leave out what does not matter.");
            }
        });
    }

    /** A string that is not blank; null when it is missing or no string. */
    @Nullable
    String text(String name) {
        JsonValue value = take(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof JsonValue.Text text)) {
            complain(name, "must be a string.");
            return null;
        }
        return text.value();
    }

    /** Like {@link #text}, complaining also when it is missing. */
    @Nullable
    String requiredText(String name) {
        int before = errors.count();
        String text = text(name);
        if (text == null && errors.count() == before) {
            complain(name, "is required.");
        }
        return text;
    }

    /** Like {@link #requiredText}; a number is taken as it was spelt. */
    @Nullable
    String requiredTextOrNumber(String name) {
        return take(name) instanceof JsonValue.Numeral number ? number.spelling() : requiredText(name);
    }

    /** An integer with a lower and an upper bound, each with its own complaint. */
    @Nullable
    Integer integer(String name, int min, int max) {
        JsonValue value = take(name);
        BigInteger number = value == null ? null : integer(name, value);
        if (number == null) {
            return null;
        }
        if (number.compareTo(BigInteger.valueOf(min)) < 0) {
            complain(name, "must be at least " + min + ".");
            return null;
        }
        if (number.compareTo(BigInteger.valueOf(max)) > 0) {
            complain(name, "must not be greater than " + max + ".");
            return null;
        }
        return number.intValue();
    }

    /** An integer within a range that is named as a whole. */
    @Nullable
    Integer integerBetween(String name, int min, int max) {
        JsonValue value = take(name);
        return value == null ? null : integerBetween(name, value, min, max);
    }

    /** The same of an element of an array. */
    @Nullable
    Integer integerBetween(String name, JsonValue value, int min, int max) {
        BigInteger number = integer(name, value);
        if (number == null) {
            return null;
        }
        if (number.compareTo(BigInteger.valueOf(min)) < 0 || number.compareTo(BigInteger.valueOf(max)) > 0) {
            complain(name, "must be between " + min + " and " + max + ".");
            return null;
        }
        return number.intValue();
    }

    /** True or false, null when it is neither. */
    @Nullable
    Boolean flag(String name) {
        JsonValue value = take(name);
        if (value instanceof JsonValue.Flag flag) {
            return flag.value();
        }
        if (value != null) {
            complain(name, "must be true or false.");
        }
        return null;
    }

    /** What reads an element by the name that messages have for it, such as {@code ids.3}; null after a complaint. */
    public interface ElementReader<T> {
        @Nullable
        T read(String name, JsonValue element);
    }

    /** The elements of an array of at most {@code max}; null when it is missing, or after a complaint about any of it. */
    public <T> @Nullable List<T> list(JsonDocument json, String name, int max, ElementReader<T> reader) {
        JsonValue value = take(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof JsonValue.ArrayText array)) {
            complain(name, "must be an array.");
            return null;
        }
        List<JsonValue> elements = json.elements(array, max);
        if (elements.size() > max) {
            complain(name, "must not have more than " + max + " items.");
            return null;
        }
        List<T> read = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            T element = reader.read(name + "." + i, elements.get(i));
            if (element != null) {
                read.add(element);
            }
        }
        return read.size() == elements.size() ? read : null;
    }

    /** Whether the field is there and null, for the few in which that means something. */
    boolean isNull(String name) {
        known.add(name);
        return fields.get(name) instanceof JsonValue.Null;
    }

    public void complain(String name, String complaint) {
        errors.add(prefix + name, complaint);
    }

    void complainOf(String name, String sentence) {
        errors.addSentence(prefix + name, sentence);
    }

    /** The value is none of those that there are. */
    void complainOfChoice(String name) {
        complainOf(name, "The selected " + (prefix + name).replace('_', ' ') + " is invalid.");
    }

    /** How many complaints there are by now, of whatever is read with this one. */
    int complaints() {
        return errors.count();
    }

    /** A reader of an object that is nested in this one. */
    FieldReader within(String name, JsonFields object) {
        return new FieldReader(object, prefix + name + ".", errors);
    }

    /** Call it last. */
    public void refuseUnknown() {
        for (String name : fields.kept().keySet()) {
            if (!known.contains(name)) {
                complain(name, "is unknown.");
            }
        }
        // Whatever was asked for is among those that are kept.
        errors.addUntold(fields.others());
    }

    /** An integer of any size; null after a complaint. */
    @Nullable
    BigInteger integer(String name, JsonValue value) {
        if (value instanceof JsonValue.Numeral number && number.isInteger()) {
            return number.integer();
        }
        complain(name, "must be an integer.");
        return null;
    }
}
