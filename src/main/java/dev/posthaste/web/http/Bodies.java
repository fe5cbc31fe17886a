package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Reads the bodies of calls, each when there is room for it. Thread-safe. */
public final class Bodies {
    private static final int MAX_TINY = 4_096;
    private static final int SCATTERED_PERCENT = 60;

    private final IntakeLanes lanes;
    private final BodyLimits limits;
    private final Duration slack;

    /** @param slack how far a client may fall behind in sending a body */
    public Bodies(IntakeLanes lanes, BodyLimits limits, Duration slack) {
        this.lanes = lanes;
        this.limits = limits;
        this.slack = slack;
    }

    /**
     * The body of a call for one job, or for whatever else is small.
     *
     * @throws ApiException 408 when it is too slow, 413 too large, 415 not JSON, 503 when there is no room for it
     */
    public RequestBytes single(HttpServletRequest call) throws IOException {
        return read(call, limits.single());
    }

    /**
     * The body of a call that nobody has to show a token for: a few kibibytes, for strangers are to fill nothing.
     *
     * @throws ApiException 408 when it is too slow, 413 too large, 415 not JSON, 503 when there is no room for it
     */
    public RequestBytes tiny(HttpServletRequest call) throws IOException {
        return read(call, MAX_TINY);
    }

    /**
     * The body of a call for many jobs.
     *
     * @throws ApiException 408 when it is too slow, 413 too large, 415 not JSON, 503 when there is no room for it
     */
    public RequestBytes batch(HttpServletRequest call) throws IOException {
        return read(call, limits.batch());
    }

    public static boolean hasBody(HttpServletRequest call) {
        return call.getContentLengthLong() > 0 || call.getHeader("Transfer-Encoding") != null;
    }

    private RequestBytes read(HttpServletRequest call, int max) throws IOException {
        BodyType.refuseOtherThanJson(call);
        long told = hasBody(call) ? call.getContentLengthLong() : 0;
        if (told > max) {
            throw ApiException.tooLarge(max);
        }
        if (told == 0) {
            return new RequestBytes(new byte[0]);
        }
        ArrivingBody begun = ArrivingBody.of(call);
        ArrivingBody body = begun == null
                ? ArrivingBody.begin(
                        call,
                        new ArrivingRoom(lanes, Rooms.of(call), told),
                        new Pace(limits.perSecond(), scattered(slack)),
                        max)
                : begun;
        return body.bytes();
    }

    /** Those that came together do not go together: what that costs would hold up others. */
    static Duration scattered(Duration slack) {
        int percent = ThreadLocalRandom.current().nextInt(100, 100 + SCATTERED_PERCENT);
        return Duration.ofNanos(slack.toNanos() / 100 * percent);
    }
}
