package dev.posthaste.quartz;

/** What is not run before its time and may end later than its thread: its slot is taken from the first to the last. */
interface LateEnding extends Runnable {
    /** The group of the one-shot that it fires. */
    String group();

    /** In how many milliseconds it is to run; not positive when at once. */
    long early();

    /** Runs, and has {@code ended} called once when it has ended, on whatever thread. */
    void run(Runnable ended);
}
