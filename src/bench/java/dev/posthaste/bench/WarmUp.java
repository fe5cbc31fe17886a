package dev.posthaste.bench;

/**
 * Gives a process its load until it is about as fast as it gets. For its first minutes a Java server that does something
 * new is compiled beside its work, which takes up to half of two processors and is no property of what is measured. It is warm when the compilers worked for less than a given share of a round.
 */
final class WarmUp {
    private static final double NEARLY = 0.15;

    private final Laboratory laboratory;
    private final int maxRounds;
    private final double warm;

    /** @param maxRounds so many at most, so that a bench always ends; it says who was not warm by then */
    WarmUp(Laboratory laboratory, int maxRounds) {
        this(laboratory, maxRounds, NEARLY);
    }

    /**
     * For who is measured beside something that is warm within a second.
     *
     * @param warm the compilers' share of a round below which it counts as warm
     */
    WarmUp(Laboratory laboratory, int maxRounds, double warm) {
        this.laboratory = laboratory;
        this.warm = warm;
        this.maxRounds = laboratory.options().isQuick() ? 1 : maxRounds;
    }

    /** Repeats the load of a process. */
    void run(String who, ChildJvm process, Contest.Trial load) throws Exception {
        run(who, CompilerLoad.of(process.pid()), load);
    }

    /** Repeats a load of this process's own. */
    void runHere(String who, Contest.Trial load) throws Exception {
        run(who, CompilerLoad.of(ProcessHandle.current().pid()), load);
    }

    private void run(String who, CompilerLoad compilers, Contest.Trial load) throws Exception {
        double share = 1;
        int rounds = 0;
        while (share >= warm && rounds < maxRounds) {
            load.run();
            share = compilers.sinceLast();
            rounds++;
        }
        laboratory.say(
                "  %s %s after %d rounds: its compilers worked for %.0f %% of the last one",
                who, share < warm ? "is warm" : "is not quite warm", rounds, 100 * share);
    }
}
