package dev.posthaste.chaos;

import java.util.List;

/**
 * All that was seen from outside: by clients, by the receiver, by who did the faults, and at the end in the database.
 *
 * @param nodes how many
 * @param stalls when this machine did not run the program that watched
 * @param run from the first push until nothing was pushed any more
 * @param starvations when others kept its processors busy: things take longer then, and nothing else is excused
 * @param oddities what should not happen at all, each in a sentence
 * @param errors what the nodes' logs say has failed
 * @param refusals calls of clients that were not done
 * @param starts of nodes, after what has ended them
 */
record History(
        int nodes,
        Interval run,
        List<Push> pushes,
        List<Sending> sendings,
        List<Called> callbacks,
        List<Fault> faults,
        List<Interval> stalls,
        List<Starvation> starvations,
        List<Pause> pauses,
        List<GateLimit> gates,
        List<String> oddities,
        List<ErrorLine> errors,
        List<Refusal> refusals,
        List<Start> starts,
        EndState end) {}
