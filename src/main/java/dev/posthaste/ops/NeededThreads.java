package dev.posthaste.ops;

import java.util.List;

/** The threads that this node cannot live without. */
public interface NeededThreads {
    /** The names of those that have ended and that nobody starts again; none while the node runs as it should. */
    List<String> ended();
}
