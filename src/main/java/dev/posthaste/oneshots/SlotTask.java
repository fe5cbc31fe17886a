package dev.posthaste.oneshots;

/** A one-shot's firing, which is not run before its time and may end later than its thread: its slot is taken from the first to the last. */
public interface SlotTask extends Runnable {
    /** What it fires. */
    ClaimedOneShot firing();

    /** No thread could be found for it, and it will not be run now: it is to fire again. */
    void notRun();

    /** Runs, and has {@code ended} called once when it has ended, on whatever thread. */
    void run(Runnable ended);
}
