package dev.posthaste.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A text that was given as it is, as {@code @file}, or as {@code -} for standard input. */
final class TextSource {
    /** More than any server takes; the server says how much that is. */
    private static final int MAX_BYTES = 32 * 1024 * 1024;

    private TextSource() {}

    /** @param option that it was given by, for who has to mend it */
    static String read(String given, String option, InputStream input) {
        if (given.equals("-")) {
            return decoded(option, "Standard input", input);
        }
        if (!given.startsWith("@")) {
            return given;
        }
        String file = given.substring(1);
        try (InputStream stream = Files.newInputStream(Path.of(file))) {
            return decoded(option, file, stream);
        } catch (NoSuchFileException e) {
            throw CommandFailure.usage("There is no file " + file + ", which " + option + " names.");
        } catch (IOException e) {
            throw CommandFailure.usage(file + ", which " + option + " names, cannot be read: " + e.getMessage() + ".");
        }
    }

    private static String decoded(String option, String name, InputStream stream) {
        try {
            byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw CommandFailure.usage(name + " is larger than anything that can be pushed.");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw CommandFailure.usage(name + ", for " + option + ", is not UTF-8.");
        } catch (IOException e) {
            throw CommandFailure.usage(name + " cannot be read: " + e.getMessage() + ".");
        }
    }
}
