package dev.posthaste.web.http;

import com.google.common.base.Splitter;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code Accept-Encoding} (RFC 9110, section 12.5.3), as far as gzip is concerned. */
public final class ContentCodings {
    /** As {@code Content-Encoding} has it. */
    public static final String GZIP = "gzip";

    private static final Splitter LIST = Splitter.on(',').trimResults();
    private static final Splitter PARAMETERS = Splitter.on(';').trimResults();
    private static final Pattern NEVER = Pattern.compile("[qQ]\\s*=\\s*0(\\.0*)?");

    private ContentCodings() {}

    /** @param acceptEncoding the header, null for none, which takes no coding of ours for granted */
    public static boolean takesGzip(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String one : LIST.split(acceptEncoding)) {
            List<String> parts = PARAMETERS.splitToList(one);
            if (parts.get(0).equalsIgnoreCase(GZIP)) {
                return parts.stream()
                        .skip(1)
                        .noneMatch(part -> NEVER.matcher(part).matches());
            }
        }
        return false;
    }
}
