package dev.posthaste.delivery;

/** A machine that gives no thread, as Java says it. */
final class NoThreads {
    private NoThreads() {}

    static Thread thread(Runnable task) {
        return new Thread(task) {
            @Override
            public synchronized void start() {
                throw new OutOfMemoryError("unable to create native thread");
            }
        };
    }
}
