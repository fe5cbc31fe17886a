package dev.posthaste.terminal;

import dev.posthaste.json.JsonScanner;
import dev.posthaste.json.MalformedJsonException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads jobs, a JSON object on each line, one at a time. Not thread-safe. */
final class JobLines {
    /**
     * A job and where it stands.
     *
     * @param line counted from 1
     */
    record Line(int line, String json, int bytes) {}

    /** As large as a batch may be. */
    private static final int MAX_LINE = 15 * 1024 * 1024;

    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final String name;
    private final InputStream input;
    private long bytesRead;
    private int line;

    /** @param name what is read, for who has to mend it */
    JobLines(String name, InputStream input) {
        this.name = name;
        this.input = new BufferedInputStream(input, 1 << 16);
    }

    long bytesRead() {
        return bytesRead;
    }

    /** The next job; null at the end. Empty lines are passed over. */
    @Nullable
    Line next() {
        try {
            for (byte @Nullable [] bytes = readLine(); bytes != null; bytes = readLine()) {
                line++;
                String text = decoded(line == 1 ? withoutMark(bytes) : bytes).strip();
                if (!text.isEmpty()) {
                    check(text);
                    return new Line(line, text, bytes.length);
                }
            }
            return null;
        } catch (IOException e) {
            throw CommandFailure.usage(name + " cannot be read: " + e.getMessage() + ".");
        }
    }

    private byte @Nullable [] readLine() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        int c = input.read();
        if (c < 0) {
            return null;
        }
        for (; c >= 0 && c != '\n'; c = input.read()) {
            bytes.write(c);
            if (bytes.size() > MAX_LINE) {
                throw wrong(line + 1, "is longer than any job may be");
            }
        }
        bytesRead += bytes.size() + 1L;
        return bytes.toByteArray();
    }

    private static byte[] withoutMark(byte[] bytes) {
        return bytes.length >= MARK.length && Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length)
                ? Arrays.copyOfRange(bytes, MARK.length, bytes.length)
                : bytes;
    }

    private String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw wrong(line, "is not UTF-8");
        }
    }

    private void check(String text) {
        if (text.charAt(0) == '[') {
            throw wrong(
                    line,
                    "is an array. Write one job a line, without brackets around all and commas between them"
                            + " (jq -c '.[]' does that)");
        }
        if (text.charAt(0) != '{') {
            throw wrong(line, "is no JSON object");
        }
        try {
            JsonScanner scanner = JsonScanner.refusingTwins(text);
            scanner.value();
            if (!scanner.isAtEnd()) {
                throw scanner.malformed("");
            }
        } catch (MalformedJsonException e) {
            throw wrong(line, String.valueOf(e.getMessage()).replaceFirst("line [0-9]+, ", ""));
        }
    }

    private CommandFailure wrong(int where, String what) {
        return CommandFailure.usage("Line " + Shown.number(where) + " of " + name + " " + what + ".");
    }
}
