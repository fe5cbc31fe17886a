package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells calls of our own pages from those that another site has a browser make: what lets in by a cookie would let these in as
 * well. By {@code Sec-Fetch-Site}; browsers leave it out where a page came by plain http from another host than this machine,
 * and then {@code Origin}, which they send with whatever is unsafe, has to name the host that was called.
 */
public final class OwnPages {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final String SAME = "same-origin";

    private OwnPages() {}

    /** @throws ApiException 403 when a call that has a session's cookie may be another site's */
    static void mustBeOurs(HttpServletRequest call) {
        String site = site(call);
        if (READING.contains(call.getMethod()) ? "cross-site".equals(site) : !isOurs(call, site)) {
            throw ApiException.foreignPage(
                    "A call that is let in by a cookie must be made by a page of this server (Sec-Fetch-Site: same-origin)."
                            + " Other clients send a token in the Authorization header.");
        }
    }

    /**
     * Clients that are no browsers say neither, and may sign in.
     *
     * @throws ApiException 403 when another site wants to sign its visitor in as somebody else
     */
    public static void mayBeOurs(HttpServletRequest call) {
        String site = site(call);
        boolean saysNothing = site == null ? call.getHeader("Origin") == null : site.equals("none");
        if (!saysNothing && !isOurs(call, site)) {
            throw ApiException.foreignPage("Only a page of this server may sign in here.");
        }
    }

    private static boolean isOurs(HttpServletRequest call, @Nullable String site) {
        return site == null ? isHostOf(call, call.getHeader("Origin")) : site.equals(SAME);
    }

    /** Neither has a port that its scheme has by default. */
    private static boolean isHostOf(HttpServletRequest call, @Nullable String origin) {
        String host = call.getHeader("Host");
        int authority = origin == null ? -1 : origin.indexOf("://");
        return origin != null
                && host != null
                && authority > 0
                && origin.substring(authority + 3).equalsIgnoreCase(host);
    }

    private static @Nullable String site(HttpServletRequest call) {
        String site = call.getHeader("Sec-Fetch-Site");
        return site == null ? null : site.strip().toLowerCase(Locale.ROOT);
    }
}
