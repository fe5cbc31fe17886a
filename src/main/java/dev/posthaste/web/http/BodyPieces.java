package dev.posthaste.web.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What there is of a body, in pieces that are not much larger than what came before them. Not thread-safe. */
final class BodyPieces {
    private static final int MIN_PIECE = 1024;
    private static final int MAX_PIECE = 256 * 1024;

    private final int max;
    private final ArrivingRoom room;
    private final List<byte[]> pieces = new ArrayList<>(1);
    private int length;
    private int free;

    /** @param max how many bytes are taken, whatever comes */
    BodyPieces(int max, ArrivingRoom room) {
        this.max = max;
        this.room = room;
    }

    int length() {
        return length;
    }

    /** How many bytes are taken without more room. */
    int free() {
        return free;
    }

    /**
     * Takes what has come.
     *
     * @throws ApiException 503 when there is no room for it for a while
     */
    void add(ByteBuffer bytes) {
        if (pieces.isEmpty() && bytes.remaining() == max) {
            // What is all there at once takes no room from those that come by and by.
            appendPiece(max);
        }
        int left = Math.min(bytes.remaining(), max - length);
        while (left > 0) {
            makeRoom();
            byte[] piece = pieces.get(pieces.size() - 1);
            int here = Math.min(free, left);
            bytes.get(piece, piece.length - free, here);
            free -= here;
            length += here;
            left -= here;
        }
    }

    /**
     * Sees to it that there is room for what comes next.
     *
     * @throws ApiException 503 when there is none for a while
     */
    void makeRoom() {
        if (free == 0 && length < max) {
            int size = Math.min(max - length, Math.min(MAX_PIECE, Math.max(MIN_PIECE, length)));
            room.grow(size);
            appendPiece(size);
        }
    }

    private void appendPiece(int size) {
        pieces.add(new byte[size]);
        free = size;
    }

    /**
     * All of it in one piece, whose room takes the place of theirs.
     *
     * @throws ApiException 503 when there is none for a while
     */
    byte[] join() {
        room.becomeWhole(length);
        if (pieces.size() == 1 && free == 0) {
            return pieces.remove(0);
        }
        byte[] bytes = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            int here = Math.min(piece.length, length - at);
            System.arraycopy(piece, 0, bytes, at, here);
            at += here;
        }
        letGo();
        return bytes;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    void letGo() {
        pieces.clear();
        free = 0;
    }
}
