package dev.posthaste.terminal;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code posthaste completion}: a script for bash and zsh, made from the commands as they are. */
@Command(
        name = "completion",
        description = "Prints a script that completes commands and options, for bash and zsh.",
        footer = {"", "In ~/.bashrc or ~/.zshrc:", "  source <(posthaste completion)"})
final class CompletionCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    private final Supplier<CommandLine> root;

    /** @param root whose commands are completed */
    CompletionCommand(Surroundings surroundings, Supplier<CommandLine> root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() {
        surroundings.output().print(AutoComplete.bash(Terminal.NAME, root.get()));
        surroundings.output().flush();
        return ExitCode.DONE.code();
    }
}
