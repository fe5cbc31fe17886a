package dev.posthaste.chaos;

import java.util.List;

/**
 * All that was seen from outside: by clients, by the receiver, by who did the faults, and at the end in the database.
 *
 * @param nodes how many
 * @param stalls when this machine did not run the program that watched
 * @param starvations when others kept its processors busy: things take longer then, and nothing else is excused
 * @param oddities what should not happen at all, each in a sentence
 */
record History(
        int nodes,
        List<Push> pushes,
        List<Sending> sendings,
        List<Called> callbacks,
        List<Fault> faults,
        List<Interval> stalls,
        List<Interval> starvations,
        List<Pause> pauses,
        List<GateLimit> gates,
        List<String> oddities,
        EndState end) {}
