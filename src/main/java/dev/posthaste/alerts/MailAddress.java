package dev.posthaste.alerts;

import java.util.regex.Pattern;

/**
 * Addresses that mail goes to and comes from: the part of RFC 5321 (section 4.1.2) that is in use, in ASCII, without quotes,
 * comments and address literals. What it lets through is one address, whatever stands around it.
 */
public final class MailAddress {
    private static final int MAX_LENGTH = 254;
    private static final int MAX_LOCAL = 64;
    private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern ADDRESS =
            Pattern.compile("(" + ATOM + "(?:\\." + ATOM + ")*+)@" + LABEL + "(?:\\." + LABEL + ")*+");

    private MailAddress() {}

    /** Whether it is one. */
    public static boolean isValid(String address) {
        return address.length() <= MAX_LENGTH
                && address.indexOf('@') <= MAX_LOCAL
                && ADDRESS.matcher(address).matches();
    }
}
