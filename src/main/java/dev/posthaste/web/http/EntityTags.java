package dev.posthaste.web.http;

import com.google.common.base.Splitter;
import org.jspecify.annotations.Nullable;

/** {@code ETag} and {@code If-None-Match} (RFC 9110, section 13.1.2). */
public final class EntityTags {
    private static final Splitter LIST = Splitter.on(',').trimResults();

    private EntityTags() {}

    /**
     * Whether a client has what it asks for already; weak and strong tags count alike.
     *
     * @param tag of what it would get, in quotes and without a comma
     * @param ifNoneMatch the header, null for none
     */
    public static boolean isAmong(String tag, @Nullable String ifNoneMatch) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String one : LIST.split(ifNoneMatch)) {
            if (one.equals("*") || one.equals(tag) || one.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }
}
