package dev.posthaste.signing;

/** One signature being made: the octets that it is for come piece by piece. Not thread-safe, for one use. */
interface Signature {
    void update(byte[] piece);

    byte[] end();
}
