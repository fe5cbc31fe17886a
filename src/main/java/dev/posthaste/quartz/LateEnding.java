package dev.posthaste.quartz;

/** What runs on a thread and may end later than that: its slot is taken until then. */
interface LateEnding extends Runnable {
    /** Runs, and has {@code ended} called once when it has ended, on whatever thread. */
    void run(Runnable ended);
}
