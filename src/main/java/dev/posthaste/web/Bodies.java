package dev.posthaste.web;

import dev.posthaste.memory.ByteBudget;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the bodies of calls, each when there is room for it in the intake's budget. Bodies of ordinary size have a
 * quarter of the budget of their own, so that they do not wait behind large ones. Thread-safe.
 */
final class Bodies {
    private static final int LARGEST_ORDINARY = 64 * 1024;

    /**
     * What is held at most of each byte. While it is decoded: the byte, two for the character where one of the body's
     * characters is none of Latin-1, and two more because Java cuts the result to its length. Then: two for the text, and
     * two for what is taken of it, twice while escapes are resolved.
     */
    private static final int HELD_FOR_EACH_BYTE = 6;

    private final ByteBudget ordinary;
    private final ByteBudget large;
    private final BodyLimits limits;

    Bodies(ByteBudget intake, BodyLimits limits) {
        long quarter = Math.max(1, intake.bytes() / 4);
        this.ordinary = new ByteBudget("intake of ordinary bodies", quarter);
        this.large = new ByteBudget("intake of large bodies", Math.max(1, intake.bytes() - quarter));
        this.limits = limits;
    }

    /** @throws ApiException 413 when it is too large, 415 when it is not JSON, 503 when there is no room for it */
    RequestBytes single(HttpServletRequest call) throws IOException {
        return read(call, limits.single());
    }

    /** @throws ApiException 413 when it is too large, 415 when it is not JSON, 503 when there is no room for it */
    RequestBytes batch(HttpServletRequest call) throws IOException {
        return read(call, limits.batch());
    }

    static boolean hasBody(HttpServletRequest call) {
        return call.getContentLengthLong() > 0 || call.getHeader("Transfer-Encoding") != null;
    }

    private RequestBytes read(HttpServletRequest call, int most) throws IOException {
        BodyType.refuseOtherThanJson(call);
        long told = hasBody(call) ? call.getContentLengthLong() : 0;
        if (told > most) {
            throw ApiException.tooLarge(most);
        }
        long expected = told < 0 ? most : told;
        ByteBudget.Room room =
                CallRooms.take(call, expected <= LARGEST_ORDINARY ? ordinary : large, expected * HELD_FOR_EACH_BYTE);
        InputStream content = call.getInputStream();
        byte[] bytes = told < 0 ? untold(content, most) : told(content, (int) told);
        room.shrinkTo((long) bytes.length * HELD_FOR_EACH_BYTE);
        return new RequestBytes(bytes);
    }

    private static byte[] told(InputStream content, int length) throws IOException {
        byte[] bytes = new byte[length];
        if (content.readNBytes(bytes, 0, length) < length) {
            throw new IOException("the body ended early");
        }
        return bytes;
    }

    private static byte[] untold(InputStream content, int most) throws IOException {
        byte[] bytes = content.readNBytes(most);
        if (bytes.length == most && content.read() >= 0) {
            throw ApiException.tooLarge(most);
        }
        return bytes;
    }
}
