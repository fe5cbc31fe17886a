package dev.posthaste.ops;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node has been told to do. It is kept in memory: a node that starts again works. Thread-safe.
 */
public final class Duty {
    private static final Logger LOG = LoggerFactory.getLogger(Duty.class);

    private final Runnable standBy;
    private final Runnable resume;
    private final Runnable beginStop;
    private volatile State state = State.WORKING;

    /** What a node may have been told. */
    public enum State {
        /** It accepts and delivers. */
        WORKING("works"),
        /** It accepts, and leaves what is due to others. */
        PAUSED("is paused: it takes jobs and claims none"),
        /** It leaves both to others, who are told so by its readiness; whoever calls it all the same is answered. */
        DRAINED("is drained: it is not ready, and claims nothing"),
        /** It is about to end, and can be told nothing else. */
        STOPPING("is stopping");

        private final String sentence;

        State(String sentence) {
            this.sentence = sentence;
        }

        /** What the node does, to come behind its name. */
        public String sentence() {
            return sentence;
        }
    }

    /**
     * One that works.
     *
     * @param standBy has nothing further claimed; harmless when that is so
     * @param resume undoes it
     * @param beginStop is the beginning of the end, likewise harmless
     */
    public Duty(Runnable standBy, Runnable resume, Runnable beginStop) {
        this.standBy = standBy;
        this.resume = resume;
        this.beginStop = beginStop;
    }

    public State state() {
        return state;
    }

    /** Whether calls should come to this node. */
    public boolean isOpen() {
        return state == State.WORKING || state == State.PAUSED;
    }

    /**
     * Has the node do that from now on.
     *
     * @throws RefusedException when it is stopping
     */
    synchronized void become(State wanted) throws RefusedException {
        if (state == State.STOPPING) {
            throw new RefusedException("This node is stopping.");
        }
        if (state == wanted) {
            return;
        }
        state = wanted;
        if (wanted == State.WORKING) {
            resume.run();
        } else {
            standBy.run();
        }
        LOG.info("This node {}, as an operator has told it", wanted.sentence());
    }

    /** The node is about to end. */
    public synchronized void stop() {
        state = State.STOPPING;
        beginStop.run();
    }
}
