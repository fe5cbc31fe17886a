package dev.posthaste.httpclient;

import java.io.IOException;

/** Bytes lay on a fresh connection before anything was sent on it: they answer no request, and none was sent. */
final class UnaskedBytesException extends IOException {
    private static final long serialVersionUID = 1L;

    UnaskedBytesException() {
        super("something came before anything was asked");
    }
}
