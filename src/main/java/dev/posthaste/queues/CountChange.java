package dev.posthaste.queues;

/** By how much a queue's counts change; {@code pending} counts whatever is not concluded, in flight or not. */
public record CountChange(int pending, int completed, int failed, int deadLettered) {
    /** Nothing changes. */
    public static final CountChange NONE = new CountChange(0, 0, 0, 0);

    /** So many more jobs wait. */
    public static CountChange pending(int jobs) {
        return new CountChange(jobs, 0, 0, 0);
    }

    /** Both changes. */
    public CountChange and(CountChange other) {
        return new CountChange(
                pending + other.pending,
                completed + other.completed,
                failed + other.failed,
                deadLettered + other.deadLettered);
    }
}
