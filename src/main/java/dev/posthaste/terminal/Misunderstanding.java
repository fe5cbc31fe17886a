package dev.posthaste.terminal;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What is wrong with a command line, in a sentence. picocli speaks of Java's types, and spells choices as Java does. */
final class Misunderstanding {
    private Misunderstanding() {}

    static String of(ParameterException e) {
        ArgSpec argument = e.getArgSpec();
        if (argument == null || !(e.getCause() instanceof TypeConversionException)) {
            return String.valueOf(e.getMessage());
        }
        String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
        if (argument.completionCandidates() != null) {
            List<String> choices = new ArrayList<>();
            argument.completionCandidates().forEach(choices::add);
            return name + " is one of " + String.join(", ", choices) + ", and not '" + e.getValue() + "'.";
        }
        Class<?> type = argument.auxiliaryTypes()[0];
        return type == long.class || type == Long.class
                ? name + " is a whole number of 18 digits at most, and not '" + e.getValue() + "'."
                : String.valueOf(e.getMessage());
    }
}
