package dev.posthaste.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.posthaste.fuzz.Fuzz;
import dev.posthaste.fuzz.UrlTexts;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Our reading of a URL beside others': java.net's two, Guava's of addresses, and our rules told once more. */
class TargetUrlFuzzTest {
    /** RFC 3986, appendix B. */
    private static final Pattern PARTS = Pattern.compile("(?i)(https?)://([^/?#]*)([^#]*)(#.*)?", Pattern.DOTALL);

    private static final Pattern AUTHORITY = Pattern.compile("(.*?)(:[0-9]{1,5})?", Pattern.DOTALL);
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9A-Fa-f]*");

    @Test
    void aUrlIsTakenIffOurRulesSaySo() {
        Fuzz.hold("URLs", UrlTexts.any(), 20_000, text -> {
            Optional<TargetUrl> read = TargetUrl.parse(text);
            assertThat(read.isPresent()).as("taken: %s", text).isEqualTo(isValid(text));
        });
    }

    @Test
    void everyReaderFindsTheSameHostAndPort() {
        Fuzz.hold("hosts of URLs", UrlTexts.any(), 10_000, text -> {
            Optional<TargetUrl> read = TargetUrl.parse(text);
            if (read.isPresent()) {
                assertReadAlike(text, read.get());
            }
        });
    }

    private static void assertReadAlike(String text, TargetUrl ours) throws Exception {
        URI uri = new URI(text);
        if (uri.getHost() != null) {
            assertThat(bare(uri.getHost())).isEqualTo(ours.host());
            assertThat(uri.getPort() < 0 ? defaultPort(uri) : uri.getPort()).isEqualTo(ours.port());
        }
        URL url = url(text);
        assertThat(bare(url.getHost())).isEqualTo(ours.host());
        assertThat(url.getPort() < 0 ? url.getDefaultPort() : url.getPort()).isEqualTo(ours.port());
        if (ours.host().matches("[0-9.]+")) {
            // No resolver may take it for another address: what is all digits is spelt as it is printed.
            assertThat(InetAddress.getByName(ours.host()).getHostAddress()).isEqualTo(ours.host());
        }
        assertThat(ours.pathAndQuery()).startsWith("/").matches("[\\x21-\\x7e]+");
        String again = ours.scheme() + "://" + (ours.host().contains(":") ? "[" + ours.host() + "]" : ours.host()) + ":"
                + ours.port() + ours.pathAndQuery();
        if (again.length() <= TargetUrl.MAX_CHARACTERS) {
            assertThat(TargetUrl.parse(again)).contains(ours);
        }
    }

    private static boolean isValid(String text) {
        Matcher parts = PARTS.matcher(text);
        if (text.codePointCount(0, text.length()) > TargetUrl.MAX_CHARACTERS || !parts.matches() || !isUri(text)) {
            return false;
        }
        Matcher authority = AUTHORITY.matcher(parts.group(2));
        if (!authority.matches()) {
            return false;
        }
        String port = authority.group(2);
        boolean isPort = port == null
                || (Integer.parseInt(port.substring(1)) > 0 && Integer.parseInt(port.substring(1)) <= 65_535);
        return isPort && isHost(authority.group(1));
    }

    private static boolean isHost(String host) {
        if (host.startsWith("[") && host.endsWith("]")) {
            String address = host.substring(1, host.length() - 1);
            return address.contains(":") && !address.contains("%") && InetAddresses.isInetAddress(address);
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String[] labels = name.split("\\.", -1);
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                return false;
            }
        }
        boolean isNumeric = NUMBER.matcher(labels[labels.length - 1]).matches();
        return name.length() <= 253 && (!isNumeric || isCanonicalQuad(host));
    }

    /** RFC 6943, section 3.1.1: the strict form. */
    private static boolean isCanonicalQuad(String host) {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (!part.matches("[0-9]{1,3}")
                    || !part.equals(String.valueOf(Integer.parseInt(part)))
                    || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUri(String text) {
        try {
            return new URI(text).getRawAuthority() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static int defaultPort(URI uri) {
        return uri.getScheme().equalsIgnoreCase("http") ? 80 : 443;
    }

    private static String bare(String host) {
        String lowerCase = host.toLowerCase(Locale.ROOT);
        return lowerCase.startsWith("[") ? lowerCase.substring(1, lowerCase.length() - 1) : lowerCase;
    }

    /** The constructor that is deprecated from Java 20 on for just what this is about: that it reads by other rules. */
    @SuppressWarnings("deprecation")
    private static URL url(String text) throws MalformedURLException {
        return new URL(text);
    }
}
