package dev.posthaste.httpclient;

import java.io.IOException;

/**
 * How a body lies in what comes on a connection: data, with octets between them that frame it. Whoever reads says what came
 * and is told what it was. Not thread-safe.
 */
interface BodyFraming {
    /** How many octets of data come next; 0 when the next octet, if there is any, is none of the data. */
    long dataLeft();

    /** So many octets of the data that come next came. */
    void dataCame(long octets);

    /** An octet came that is none of the data. */
    void framingCame(byte octet) throws IOException;

    /** Whether the body has come to its end. */
    boolean isOver();

    /** Whether it goes on until the end of the connection. */
    boolean endsWithConnection();
}
