package dev.posthaste.web;

import dev.posthaste.recurring.PingSecret;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Where a cron is pinged: below the URL that the server is said to be known by, or else the one by which the call has
 * reached it.
 *
 * @param publicUrl without a slash at its end; empty for none
 */
public record PingUrls(String publicUrl) {
    /** That of a secret; null without one. */
    @Nullable
    String of(@Nullable PingSecret secret, HttpServletRequest call) {
        return secret == null ? null : base(call) + "/ping/" + secret.value();
    }

    private String base(HttpServletRequest call) {
        if (!publicUrl.isEmpty()) {
            return publicUrl;
        }
        String url = call.getRequestURL().toString();
        return url.substring(0, url.length() - call.getRequestURI().length());
    }
}
