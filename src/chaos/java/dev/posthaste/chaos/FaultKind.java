package dev.posthaste.chaos;

/** What is done to a node or to the database. */
enum FaultKind {
    /** SIGKILL, and a start later on. */
    KILL,
    /** SIGTERM, and a start later on. */
    STOP,
    /** SIGSTOP, and SIGCONT later on. */
    FREEZE,
    /** All connections to the database break, and none can be made. */
    CUT,
    /** All connections to the database stay, and nothing gets through. */
    HOLD,
    /** The database commits, and the connection breaks before it has said so. */
    LOSE_COMMITS,
    /** PostgreSQL's immediate stop, and a start later on. */
    CRASH_DATABASE;

    /** Whether the node stands with claims that it cannot end, and others may take it for dead. */
    boolean isolates() {
        return this == FREEZE || this == CUT || this == HOLD;
    }

    /** Whether it may cost an attempt that is in flight its node. */
    boolean interrupts() {
        return this != LOSE_COMMITS;
    }

    /** Whether the process has to be started again. */
    boolean ends() {
        return this == KILL || this == STOP;
    }
}
