package dev.posthaste.chaos;

import java.util.ArrayList;
import java.util.List;

/**
 * What a node's log says where it has found its own tables wrong and has set them right. Nothing is lost then that could be
 * seen from outside, though it had been. Parts of sentences as they stand in the sources, on one line each.
 */
final class MendedLines {
    static final List<String> SIGNS = List.of(
            "please report this",
            "were lost on the way to their threads",
            "nothing would have sent it",
            "Removed the triggers",
            "The gate of queue",
            "had counted wrongly",
            "had lost what sends them",
            "its row was changed by hand");

    private MendedLines() {}

    /** Of each sign that is found the first line that has it, whole; a line with two signs once. */
    static List<String> in(String log) {
        List<String> found = new ArrayList<>();
        for (String sign : SIGNS) {
            log.lines()
                    .filter(line -> line.contains(sign))
                    .findFirst()
                    .filter(line -> !found.contains(line))
                    .ifPresent(found::add);
        }
        return found;
    }
}
