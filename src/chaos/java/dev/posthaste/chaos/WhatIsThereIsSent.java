package dev.posthaste.chaos;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Each accepted job and each of its attempts came to the receiver, once at least, and nothing came that is not there; each
 * time under the same ids and with the same body, to where and with what was pushed.
 */
final class WhatIsThereIsSent implements Rule {
    @Override
    public String name() {
        return "what is there is sent";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        for (Push push : evidence.history().pushes()) {
            push.ids().stream()
                    .filter(id -> evidence.sendingsOf(id).isEmpty() && !evidence.endedInterrupted(id))
                    .forEach(id -> breaches.accept("Job " + id + " of " + push + " never came."));
        }
        for (JobRow job : evidence.history().end().jobs()) {
            if (evidence.sendingsOf(job.id()).isEmpty() && !evidence.endedInterrupted(job.id())) {
                breaches.accept(job + " never came.");
            }
        }
        evidence.sendings().forEach((id, sendings) -> {
            if (!evidence.isThere(id)) {
                breaches.accept(sendings.get(0) + " is not there.");
            }
            sendings.stream()
                    .filter(sending -> !isTheSame(sending, sendings.get(0)))
                    .forEach(other -> breaches.accept(other + " was sent before as " + sendings.get(0)));
        });
        evidence.chains().values().forEach(chain -> allOfTheChain(evidence, chain, breaches));
    }

    private static boolean isTheSame(Sending one, Sending other) {
        return one.chain() == other.chain()
                && one.attempt() == other.attempt()
                && one.id().equals(other.id())
                && one.target().equals(other.target())
                && one.body().equals(other.body())
                && Objects.equals(one.queue(), other.queue())
                && Objects.equals(one.cronId(), other.cronId());
    }

    /** Receivers tell by the id that they have done a chain's work. */
    private static void allOfTheChain(Evidence evidence, List<JobRow> chain, Consumer<String> breaches) {
        String expected = "job_" + chain.get(0).chain();
        for (JobRow job : chain) {
            for (Sending sending : evidence.sendingsOf(job.id())) {
                if (!sending.id().equals(expected)
                        || sending.chain() != job.chain()
                        || sending.attempt() != job.attempt()
                        || !isWhatWasPushed(sending, job)) {
                    breaches.accept(sending + " is of " + job);
                }
            }
        }
    }

    private static boolean isWhatWasPushed(Sending sending, JobRow job) {
        Target target = job.target();
        return sending.target().equals(target.text())
                && Objects.equals(sending.queue(), job.queue())
                && (!target.kind().equals(Target.WORK)
                        || sending.body()
                                .equals(Workload.payload(
                                        target.push(), target.place(), job.queue(), job.wantsCallback())));
    }
}
