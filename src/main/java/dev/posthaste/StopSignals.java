package dev.posthaste;

/** What a process is told to end by, more than once if need be. */
interface StopSignals {
    /** Told of each signal, on a thread of its own. */
    interface Listener {
        /** Whether Java need not be told, because the server is stopping: false once at most. */
        boolean isStoppingAlready();
    }

    /** From now on the listener is told of them before Java is. */
    void tell(Listener listener);
}
