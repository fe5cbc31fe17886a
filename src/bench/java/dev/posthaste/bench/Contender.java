package dev.posthaste.bench;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A scheduler under test, on a database of its own. Used by one measure at a time; {@link #schedule} by many threads.
 */
abstract class Contender implements AutoCloseable {
    /** What a fired job does; called by many threads. */
    interface Work {
        Work NONE = id -> {};

        void run(String id) throws Exception;
    }

    /** A step of a scheduler. */
    interface Step {
        void run() throws Exception;
    }

    /** A scheduler that is made and not started. */
    record Firing(Step start, Step stop) {}

    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final String who;
    private final PooledDatabase database;
    private final AtomicInteger done = new AtomicInteger();
    private volatile Work work = Work.NONE;

    Contender(String who, PooledDatabase database) {
        this.who = who;
        this.database = database;
    }

    /** Its name and the settings that matter. */
    final String who() {
        return who;
    }

    /** The database that it works on. */
    final PooledDatabase database() {
        return database;
    }

    /** Stores so many jobs that are due already; nothing runs yet. */
    abstract void load(int count) throws Exception;

    abstract Firing firing() throws Exception;

    /** Whether all completions are committed. */
    abstract boolean isEmpty() throws Exception;

    /** Does the work of a job that fires. */
    final void fire(String id) throws Exception {
        work.run(id);
        done.incrementAndGet();
    }

    /**
     * Runs what was loaded.
     *
     * @return how many jobs a second, from the scheduler's start to the commit of the last completion
     */
    final double drain(int count, Work todo) throws Exception {
        work = todo;
        done.set(0);
        Firing firing = firing();
        long started = System.nanoTime();
        firing.start().run();
        Awaited.until(who + " to fire all", LOOK_EVERY, () -> done.get() >= count);
        Awaited.until(who + " to end all", LOOK_EVERY, this::isEmpty);
        double rate = count / Callers.seconds(started);
        firing.stop().run();
        return rate;
    }

    final double loadAndDrain(int count, Work todo) throws Exception {
        load(count);
        return drain(count, todo);
    }

    /** Stores one job for a time far ahead and returns when it is committed. */
    abstract void schedule(int number) throws Exception;

    /** Forgets all jobs. */
    abstract void clear() throws Exception;

    @Override
    public abstract void close();
}
