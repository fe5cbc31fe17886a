package dev.posthaste.egress;

import java.net.UnknownHostException;

/** The egress rules refuse every address of a host; the message is a sentence for a person. */
public final class BlockedAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    BlockedAddressException(String refusal) {
        super(refusal);
    }
}
