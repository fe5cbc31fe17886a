package dev.posthaste.jobs;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The octets of a body as they are sent and signed: UTF-8, encoded piece by piece, so that no second copy of a large one is
 * ever held. Immutable.
 *
 * @param text null for a message without a body
 */
public record BodyOctets(@Nullable String text) implements Iterable<byte[]> {
    /** At most three octets for each make pieces of 24 KiB. */
    private static final int PIECE_CHARACTERS = 8_192;

    @Override
    public Iterator<byte[]> iterator() {
        String whole = text == null ? "" : text;
        return new Iterator<>() {
            private int from;

            @Override
            public boolean hasNext() {
                return from < whole.length();
            }

            @Override
            public byte[] next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int to = pieceEnd(whole, from);
                byte[] piece = whole.substring(from, to).getBytes(StandardCharsets.UTF_8);
                from = to;
                return piece;
            }
        };
    }

    /** A pair of surrogates is not parted. */
    private static int pieceEnd(String text, int from) {
        int to = Math.min(text.length(), from + PIECE_CHARACTERS);
        return to < text.length() && Character.isHighSurrogate(text.charAt(to - 1)) ? to - 1 : to;
    }

    /** Of the body itself. */
    @Override
    public String toString() {
        return "a body";
    }
}
