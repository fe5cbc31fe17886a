package dev.posthaste.web;

import dev.posthaste.memory.ByteBudget;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;

/** Reads the bodies of calls, each when there is room for it. Thread-safe. */
final class Bodies {
    private final IntakeLanes lanes;
    private final BodyLimits limits;

    Bodies(IntakeLanes lanes, BodyLimits limits) {
        this.lanes = lanes;
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
        ByteBudget.Room room = lanes.take(Rooms.of(call), expected);
        InputStream content = call.getInputStream();
        if (told >= 0) {
            return new RequestBytes(told(content, (int) told));
        }
        byte[] bytes = untold(content, most);
        room.shrinkTo(IntakeLanes.held(bytes.length));
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
