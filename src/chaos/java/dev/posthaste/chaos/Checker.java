package dev.posthaste.chaos;

import java.util.ArrayList;
import java.util.List;

/** Holds a history against all that was promised. Thread-safe: holds no state. */
final class Checker {
    private static final List<Rule> RULES = List.of(
            new JudgedEnough(),
            new NothingOdd(),
            new ErrorsAreExplained(),
            new RefusalsAreExplained(),
            new StartsSucceed(),
            new PushesAreKept(),
            new WhatIsThereIsSent(),
            new NothingEarly(),
            new NothingLate(),
            new NothingTwice(),
            new InterruptedByFaults(),
            new WhatIsInterruptedGoesOn(),
            new WhatFollowsKeepsItsTime(),
            new ChainsAreWhole(),
            new CallbacksAreWhole(),
            new FewEnoughInFlight(),
            new FewEnoughASecond(),
            new PausedIsSilent(),
            new CronsFireOnce(),
            new CountersAreTrue(),
            new NothingIsLeft());

    private final Allowances allowances;

    Checker(Allowances allowances) {
        this.allowances = allowances;
    }

    /** What was broken: the rule's name, a colon, and a sentence. Empty when all was kept. */
    List<String> check(History history) {
        Evidence evidence = new Evidence(history, allowances);
        List<String> breaches = new ArrayList<>();
        for (Rule rule : RULES) {
            rule.check(evidence, breach -> breaches.add(rule.name() + ": " + breach));
        }
        return breaches;
    }
}
