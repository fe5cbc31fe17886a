package dev.posthaste.chaos;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Attempts count 1, 2, 3 without a gap and each once. All but the last have failed, no more follow than were asked for and
 * none too few; the chain has one end, that of its last attempt. Runs say what the receiver answered,
 * and nothing runs after that.
 */
final class ChainsAreWhole implements Rule {
    private static final int MAX_INTERRUPTIONS = 3;

    @Override
    public String name() {
        return "chains are whole";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        evidence.chains().values().forEach(chain -> {
            numbers(chain, breaches);
            ends(chain, breaches);
            chain.forEach(job -> runs(evidence, job, breaches));
        });
    }

    private static void numbers(List<JobRow> chain, Consumer<String> breaches) {
        for (int i = 0; i < chain.size(); i++) {
            if (chain.get(i).attempt() != i + 1) {
                breaches.accept("Attempt " + (i + 1) + " is missing, or there twice, among " + chain);
                return;
            }
        }
        if (chain.size() > 1 + chain.get(0).retries()) {
            breaches.accept("More attempts than were asked for: " + chain);
        }
    }

    private static void ends(List<JobRow> chain, Consumer<String> breaches) {
        JobRow first = chain.get(0);
        JobRow last = chain.get(chain.size() - 1);
        for (JobRow job : chain.subList(0, chain.size() - 1)) {
            if (!job.isFailed()) {
                breaches.accept("An attempt follows one that has not failed: " + chain);
            }
        }
        if (last.isFailed() && chain.size() < 1 + first.retries()) {
            breaches.accept("No attempt follows one that has failed: " + chain);
        }
        String end = end(chain, last);
        if (!Objects.equals(first.finalStatus(), end) || !Objects.equals(last.finalStatus(), end)) {
            breaches.accept("The end of a chain is not that of its last attempt: " + chain);
        }
        for (JobRow job : chain.subList(1, Math.max(1, chain.size() - 1))) {
            if (!Objects.equals(job.finalStatus(), "failed_with_retries")) {
                breaches.accept("A retry that another follows does not say so: " + chain);
            }
        }
    }

    private static String end(List<JobRow> chain, JobRow last) {
        if (last.isCompleted()) {
            return "success";
        }
        return chain.size() == 1 ? "failed_no_retries" : "dead_lettered";
    }

    private static void runs(Evidence evidence, JobRow job, Consumer<String> breaches) {
        List<RunRow> runs = evidence.runsOf(job.id());
        List<RunRow> ended = runs.stream().filter(run -> !run.isInterrupted()).toList();
        int interruptions = runs.size() - ended.size();
        boolean isGivenUp = interruptions == MAX_INTERRUPTIONS && ended.isEmpty() && job.isFailed();
        boolean isEnded = interruptions < MAX_INTERRUPTIONS
                && ended.size() == 1
                && !evidence.endedInterrupted(job.id())
                && says(job, ended.get(0));
        if (!isGivenUp && !isEnded) {
            breaches.accept(job + " has other runs than came of it: " + runs);
        }
    }

    private static boolean says(JobRow job, RunRow run) {
        int answer = job.target().answer(job.attempt());
        return Objects.equals(run.responseStatus(), answer)
                && (answer == 200
                        ? run.failureReason() == null && job.isCompleted()
                        : "http_server_error".equals(run.failureReason()) && job.isFailed());
    }
}
