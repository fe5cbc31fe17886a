package dev.posthaste.wire;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An enum whose constants have the same names in lower case, such as {@code connection_error}, on the wire and in tables. */
public interface WireName {
    /** The constant's name in Java. */
    String name();

    /** The contract's spelling. */
    default String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The contract's spelling; null for null. */
    static @Nullable String orNull(@Nullable WireName constant) {
        return constant == null ? null : constant.wireName();
    }

    /** The constant that is spelt like this, to the letter; empty for a name that is none. */
    static <E extends Enum<E> & WireName> Optional<E> find(Class<E> type, String wireName) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.wireName().equals(wireName))
                .findFirst();
    }
}
