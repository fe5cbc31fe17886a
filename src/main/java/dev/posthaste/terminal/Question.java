package dev.posthaste.terminal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Asks before something is done that cannot be taken back. */
final class Question {
    private static final int MAX_ANSWER = 100;

    @Option(
            names = {"-y", "--yes"},
            description = "Does it without a question.")
    private boolean yes;

    /** @throws CommandFailure unless the answer is yes */
    void ask(Surroundings surroundings, String question) {
        if (yes) {
            return;
        }
        if (!surroundings.devices().isInput()) {
            throw CommandFailure.usage(question + " Nobody can be asked here: say --yes.");
        }
        surroundings.errors().print(SafeText.of(question) + " [y/N] ");
        surroundings.errors().flush();
        String answer = line(surroundings).strip().toLowerCase(Locale.ROOT);
        if (!answer.equals("y") && !answer.equals("yes")) {
            throw CommandFailure.refused("Nothing was done.");
        }
    }

    private static String line(Surroundings surroundings) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int c = surroundings.input().read();
                    c >= 0 && c != '\n';
                    c = surroundings.input().read()) {
                if (line.size() < MAX_ANSWER) {
                    line.write(c);
                }
            }
        } catch (IOException e) {
            return "";
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
