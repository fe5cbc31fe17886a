package dev.posthaste.httpclient;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * Tells what failed because this process or its machine has run out of something from what the receiver or the network has
 * to answer for. Thread-safe.
 *
 * <p>A name's lookup does not say so: without a descriptor the system's resolver may call any name unknown, and Java
 * remembers that for ten seconds. So an unknown name tells nothing while descriptors are short and for as long afterwards.
 */
final class OwnShortage {
    private static final long UNKNOWN_NAMES_LAST_NANOS = TimeUnit.SECONDS.toNanos(11);

    /** As many as a lookup opens at the same time, and some more. */
    private static final int DESCRIPTORS_OF_A_LOOKUP = 4;

    /** What has run out, and what the operator can do about it. */
    enum Kind {
        DESCRIPTORS("this process has no file descriptor left: allow it more open files (ulimit -n, LimitNOFILE)"),
        PORTS(
                "no local port was left: widen the range of local ports (net.ipv4.ip_local_port_range), or send less at once"),
        MEMORY("the system had no memory for a socket: give sockets more (net.ipv4.tcp_mem), or send less at once"),
        THREADS("no thread could be started: allow more of them (ulimit -u, TasksMax, pids.max)");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }
    }

    private final LongSupplier nanos;
    private final BooleanSupplier areDescriptorsShort;
    private volatile @Nullable Long lastSeen;

    OwnShortage() {
        this(System::nanoTime, OwnShortage::areDescriptorsShort);
    }

    /** @param areDescriptorsShort looks whether a lookup would get its descriptors now */
    OwnShortage(LongSupplier nanos, BooleanSupplier areDescriptorsShort) {
        this.nanos = nanos;
        this.areDescriptorsShort = areDescriptorsShort;
    }

    /** What of ours the failure is for want of; empty when it is the failure of somebody else. */
    Optional<Kind> recognize(Throwable failure) {
        Kind said = said(failure);
        if (said == Kind.DESCRIPTORS
                || (said == null && isUnknownName(failure) && areDescriptorsShort.getAsBoolean())) {
            lastSeen = nanos.getAsLong();
            return Optional.of(Kind.DESCRIPTORS);
        }
        if (said == null && isUnknownName(failure) && wereDescriptorsShort()) {
            return Optional.of(Kind.DESCRIPTORS);
        }
        return Optional.ofNullable(said);
    }

    /** Java has no types for these, only the system's words in messages. */
    private static @Nullable Kind said(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof GeneralSecurityException || cause instanceof SSLException) {
                // Its words, and those of what caused it, may be the receiver's: they quote its certificate.
                return null;
            }
            // What a proxy has said of itself is not said of this process.
            String message = cause instanceof ProxyException ? "" : String.valueOf(cause.getMessage());
            if (cause instanceof NoLocalPortException) {
                return Kind.PORTS;
            }
            if (cause instanceof NoFileLeftException) {
                return Kind.DESCRIPTORS;
            }
            if (cause instanceof OutOfMemoryError && message.contains("native thread")) {
                return Kind.THREADS;
            }
            if (cause instanceof IOException && message.contains("Too many open files")) {
                // The process' limit, or (in system) the machine's.
                return Kind.DESCRIPTORS;
            }
            if (cause instanceof IOException && message.contains("No buffer space available")) {
                return Kind.MEMORY;
            }
        }
        return null;
    }

    /** One that was not looked up in time is none: nobody has said anything of it. */
    private static boolean isUnknownName(Throwable failure) {
        @Nullable Throwable named = failure instanceof ProxyException ? failure.getCause() : failure;
        return named instanceof UnknownHostException && !(named.getCause() instanceof TimeoutException);
    }

    private boolean wereDescriptorsShort() {
        Long last = lastSeen;
        return last != null && nanos.getAsLong() - last < UNKNOWN_NAMES_LAST_NANOS;
    }

    private static boolean areDescriptorsShort() {
        List<DatagramChannel> opened = new ArrayList<>();
        try {
            for (int i = 0; i < DESCRIPTORS_OF_A_LOOKUP; i++) {
                opened.add(DatagramChannel.open());
            }
            return false;
        } catch (IOException e) {
            return said(e) == Kind.DESCRIPTORS;
        } finally {
            opened.forEach(Closer::closeQuietly);
        }
    }
}
