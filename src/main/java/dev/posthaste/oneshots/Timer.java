package dev.posthaste.oneshots;

/** A clock that nobody sets, and what is to be done by it. Thread-safe. */
interface Timer extends AutoCloseable {
    /** Its time, of which only differences mean something. */
    long nanoTime();

    /**
     * Does something later, one thing at a time, and keeps to itself what is thrown.
     *
     * @return takes it back, unless it has begun
     * @throws RuntimeException when it will not be done. After an {@link Error}, such as that for want of a thread, it may yet
     *     be
     */
    Runnable in(long delayMs, Runnable task);

    /** Waits on the caller's thread. */
    void pause(long ms) throws InterruptedException;

    /** Takes nothing any more. */
    @Override
    void close();
}
