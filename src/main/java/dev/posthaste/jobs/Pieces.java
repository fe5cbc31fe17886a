package dev.posthaste.jobs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Rows in pieces of a bounded size: the driver makes an array of all that a statement is given, and several copies of it
 * while it grows.
 */
final class Pieces {
    private static final long MAX_BYTES = 1024 * 1024;

    private Pieces() {}

    /** The rows in their order; a row that is larger than a piece has one of its own. */
    static <T> List<List<T>> of(Collection<T> rows, ToLongFunction<T> bytesOf) {
        List<List<T>> pieces = new ArrayList<>();
        List<T> piece = new ArrayList<>();
        long size = 0;
        for (T row : rows) {
            long bytes = bytesOf.applyAsLong(row);
            if (!piece.isEmpty() && size + bytes > MAX_BYTES) {
                pieces.add(piece);
                piece = new ArrayList<>();
                size = 0;
            }
            piece.add(row);
            size += bytes;
        }
        if (!piece.isEmpty()) {
            pieces.add(piece);
        }
        return pieces;
    }
}
