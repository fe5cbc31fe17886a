package dev.posthaste.terminal;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Whether each option has its value. A value may begin with a minus, unless it is spelt as an option of the command is: then
 * it is more likely that the value was forgotten.
 */
final class OptionValues {
    private OptionValues() {}

    /** @throws CommandFailure when an option stands where another one's value should */
    static void check(CommandLine root, String... arguments) {
        CommandLine command =
                arguments.length == 0 ? null : root.getSubcommands().get(arguments[0]);
        if (command == null) {
            return;
        }
        Map<String, OptionSpec> options = command.getCommandSpec().optionsMap();
        for (int i = 1; i < arguments.length - 1 && !arguments[i].equals("--"); i++) {
            OptionSpec option = options.get(arguments[i]);
            String value = arguments[i + 1];
            if (option != null && option.arity().min() > 0 && options.containsKey(value.replaceFirst("=.*", ""))) {
                throw CommandFailure.usage(arguments[i] + " has no value: " + value
                        + " is an option itself. If it is meant as the value, write " + option.longestName() + "="
                        + value + ".");
            }
        }
    }
}
