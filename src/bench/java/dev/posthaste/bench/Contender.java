package dev.posthaste.bench;

/**
 * A scheduler under test, on a database of its own. Used by one measure at a time; {@link #schedule} by many threads.
 */
interface Contender extends AutoCloseable {
    /** What a fired job does; called by many threads. */
    interface Work {
        Work NONE = id -> {};

        void run(String id) throws Exception;
    }

    /** Its name and the settings that matter. */
    String who();

    /** The database that it works on. */
    PooledDatabase database();

    /** Stores so many jobs that are due already; nothing runs yet. */
    void load(int count) throws Exception;

    /**
     * Runs what was loaded.
     *
     * @return how many jobs a second, from the scheduler's start to the commit of the last completion
     */
    double drain(int count, Work work) throws Exception;

    /** Stores one job for a time far ahead and returns when it is committed. */
    void schedule(int number) throws Exception;

    /** Forgets all jobs. */
    void clear() throws Exception;

    @Override
    void close();
}
