package dev.posthaste.terminal;

import picocli.CommandLine.Option;

/** How much of a list is shown. */
final class ListOptions {
    @Option(names = "--limit", paramLabel = "N", description = "At most so many, the newest; 25 without it.")
    private long limit = 25;

    @Option(names = "--all", description = "All that there are.")
    private boolean all;

    long most() {
        if (limit < 1) {
            throw CommandFailure.usage("--limit must be at least 1.");
        }
        return all ? Long.MAX_VALUE : limit;
    }
}
