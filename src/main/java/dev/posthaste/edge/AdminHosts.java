package dev.posthaste.edge;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names that the admin port may be called by. It has no authentication, so a web page could let its own name lead to the
 * port's address (DNS rebinding) and have its reader's browser run tasks. A browser tells the name that it was given in Host:
 * an IP address or {@code localhost} cannot be rebound, and other names are the operator's to say. Immutable.
 */
public final class AdminHosts {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+\\]");

    private final Set<String> names;

    private AdminHosts(Set<String> names) {
        this.names = names;
    }

    /**
     * Reads a setting.
     *
     * @param names names without ports, separated by commas, or nothing
     * @throws IllegalArgumentException for what is no name
     */
    public static AdminHosts parse(String names) {
        Set<String> read = Arrays.stream(names.split(","))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        for (String name : read) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(name);
            }
        }
        return new AdminHosts(read);
    }

    /**
     * Whether the port may be called by a name.
     *
     * @param host the value of a Host header, with or without a port; null for none, which no browser sends
     */
    public boolean isOurs(@Nullable String host) {
        if (host == null) {
            return true;
        }
        String name = withoutPort(host).toLowerCase(Locale.ROOT);
        return IPV6.matcher(name).matches()
                || IPV4.matcher(name).matches()
                || name.equals("localhost")
                || names.contains(name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
    }

    /**
     * Whether a page of another site sends the request. A page under a configured name is none of another site, also where
     * a proxy has put a name of its own into Host; one under another port of {@code localhost} is.
     *
     * @param origin the value of an Origin header; null for none, as from whatever is no browser
     * @param host the value of the Host header; null for none
     */
    public boolean isForeign(@Nullable String origin, @Nullable String host) {
        if (origin == null) {
            return false;
        }
        try {
            // Not its host, which URI does not know where a name has an underscore.
            String authority = new URI(origin).getRawAuthority();
            return authority == null
                    || (!authority.equalsIgnoreCase(host)
                            && !names.contains(withoutPort(authority).toLowerCase(Locale.ROOT)));
        } catch (URISyntaxException e) {
            return true;
        }
    }

    private static String withoutPort(String authority) {
        return authority.replaceFirst(":\\d*$", "");
    }
}
