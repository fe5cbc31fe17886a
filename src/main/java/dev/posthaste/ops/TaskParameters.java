package dev.posthaste.ops;

import dev.posthaste.sql.StorableText;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of a task, each of which is given once at most. */
final class TaskParameters {
    private final Map<String, List<String>> parameters;
    private final String usage;

    /** @param usage what is told to who gives others */
    TaskParameters(Map<String, List<String>> parameters, String usage) {
        this.parameters = parameters;
        this.usage = usage;
    }

    /** Refuses others than these: one that is misspelt would be left out, and more be done than was asked for. */
    TaskParameters only(String... names) throws RefusedException {
        Set<String> known = Set.of(names);
        for (String name : parameters.keySet()) {
            if (!known.contains(name)) {
                throw new RefusedException(StorableText.quoted(name) + " is no parameter of this: " + usage);
            }
        }
        return this;
    }

    /** Refuses a value for what has none: {@code off=false} would be taken for its opposite. */
    void bare(String name) throws RefusedException {
        if (!parameters.getOrDefault(name, List.of()).equals(List.of(""))) {
            throw new RefusedException("Give " + name + " once, without a value: " + usage);
        }
    }

    boolean flag(String name) throws RefusedException {
        String value = optional(name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new RefusedException(name + " is true or false: " + usage);
        }
        return value.equals("true");
    }

    String required(String name) throws RefusedException {
        String value = optional(name);
        if (value == null) {
            throw new RefusedException("Give " + name + " once, with a value: " + usage);
        }
        return value;
    }

    String optional(String name, String otherwise) throws RefusedException {
        String value = optional(name);
        return value == null ? otherwise : value;
    }

    @Nullable
    String optional(String name) throws RefusedException {
        List<String> given = parameters.getOrDefault(name, List.of());
        if (given.isEmpty()) {
            return null;
        }
        if (given.size() > 1 || given.get(0).isEmpty()) {
            throw new RefusedException("Give " + name + " once, with a value: " + usage);
        }
        return given.get(0);
    }
}
