package dev.posthaste.contract;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An enum whose constants are spelt in lower case, such as {@code connection_error}, in answers and tables. */
public interface ContractName {
    /** The constant's name in Java. */
    String name();

    /** The contract's spelling. */
    default String contractName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The contract's spelling; null for null. */
    static @Nullable String orNull(@Nullable ContractName constant) {
        return constant == null ? null : constant.contractName();
    }

    /** The constant that is spelt like this, to the letter; empty for a name that is none. */
    static <E extends Enum<E> & ContractName> Optional<E> find(Class<E> type, String contractName) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.contractName().equals(contractName))
                .findFirst();
    }
}
