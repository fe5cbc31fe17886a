package dev.posthaste.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host; may block for as long as it likes. */
@FunctionalInterface
public interface HostLookup {
    /** In the order in which they are to be tried. */
    InetAddress[] addressesOf(String host) throws UnknownHostException;
}
