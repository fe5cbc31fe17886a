package dev.posthaste.chaos;

import static java.util.stream.Collectors.groupingBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * By the receiver's own record, whatever the tables say: a retry is due when the delay that was asked for is over since the
 * attempt before it was answered, a callback when its attempt was, and another try of it after the documented pause.
 */
final class WhatFollowsKeepsItsTime implements Rule {
    /** Clocks are read one by one. */
    private static final Duration EXACT = Duration.ofMillis(50);

    /** A node sees an answer so long after it went out, where nothing is amiss: less than one second, which delays differ by. */
    private static final Duration SEEN = Duration.ofMillis(800);

    /** Between the tries of a callback. */
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(300), Duration.ofSeconds(1_800));

    @Override
    public String name() {
        return "what follows keeps its time";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        evidence.chains().values().forEach(chain -> {
            retries(evidence, chain, breaches);
            chain.forEach(job -> callback(evidence, job, breaches));
        });
        evidence.history().callbacks().stream()
                .sorted(Comparator.comparing(Called::at))
                .collect(groupingBy(Called::id))
                .values()
                .forEach(tries -> tries(evidence, tries, breaches));
    }

    private static void retries(Evidence evidence, List<JobRow> chain, Consumer<String> breaches) {
        List<Duration> delays = Workload.retryDelays(chain.get(0).target());
        if (chain.get(0).retries() != delays.size()) {
            breaches.accept(chain.get(0) + " has " + chain.get(0).retries() + " retries in place of " + delays.size());
        }
        for (int i = 1; i < chain.size() && i <= delays.size(); i++) {
            JobRow before = chain.get(i - 1);
            if (!evidence.endedInterrupted(before.id())) {
                retry(evidence, evidence.sendingsOf(before.id()), chain.get(i), delays.get(i - 1), breaches);
            }
        }
    }

    /** Any of the requests of the attempt before may be the one whose answer was recorded. */
    private static void retry(
            Evidence evidence, List<Sending> before, JobRow job, Duration delay, Consumer<String> breaches) {
        if (before.isEmpty()) {
            return;
        }
        Instant earliest = firstAnswer(before).plus(delay).minus(EXACT);
        Instant latest = before.stream()
                .map(sending -> seen(evidence, sending))
                .max(Comparator.naturalOrder())
                .orElseThrow()
                .plus(delay);
        if (job.due().isBefore(earliest) || job.due().isAfter(latest)) {
            breaches.accept(job + " should be due " + delay.toSeconds() + " s after the end of " + before + ", between "
                    + earliest + " and " + latest);
        }
        evidence.sendingsOf(job.id()).stream()
                .filter(sending -> sending.at().isBefore(earliest))
                .forEach(early -> breaches.accept(
                        early + " came less than " + delay.toSeconds() + " s after the end of " + before));
    }

    /** The last moment at which its node has seen the answer. */
    private static Instant seen(Evidence evidence, Sending sending) {
        Interval time = new Interval(sending.at(), sending.answered().plus(SEEN));
        boolean isDisturbed =
                !evidence.windows().all().meeting(time).intervals().isEmpty();
        return (isDisturbed ? evidence.windows().recorded(sending) : sending.answered()).plus(SEEN);
    }

    private static void callback(Evidence evidence, JobRow job, Consumer<String> breaches) {
        List<Sending> sendings = evidence.sendingsOf(job.id());
        List<Called> came = evidence.callbacksOf(job.id());
        if (sendings.isEmpty() || came.isEmpty() || evidence.endedInterrupted(job.id())) {
            return;
        }
        Called first = came.get(0);
        if (first.at().isBefore(firstAnswer(sendings))) {
            breaches.accept(first + " came before the end of " + sendings);
        }
        Sending last = sendings.get(sendings.size() - 1);
        isInTime(evidence, last, last.answered(), first, breaches);
    }

    private static void tries(Evidence evidence, List<Called> tries, Consumer<String> breaches) {
        int refused = 0;
        for (int i = 1; i < tries.size(); i++) {
            Called before = tries.get(i - 1);
            Called again = tries.get(i);
            if (before.status() == 200) {
                continue;
            }
            Instant due = before.answered().plus(PAUSES.get(Math.min(refused++, PAUSES.size() - 1)));
            if (again.at().isBefore(due.minus(EXACT)) && !evidence.windows().maySendAgain(before, again)) {
                breaches.accept(again + " came too soon after " + before);
            }
            isInTime(evidence, before, due, again, breaches);
        }
    }

    private static void isInTime(
            Evidence evidence, Received before, Instant due, Received next, Consumer<String> breaches) {
        Duration late = evidence.waiting().unexplained(null, before.at(), due, next.at());
        if (late.compareTo(evidence.allowances().late()) > 0) {
            breaches.accept(next + " came " + late.toMillis() + " ms late after " + before);
        }
    }

    private static Instant firstAnswer(List<Sending> sendings) {
        return sendings.stream()
                .map(Sending::answered)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }
}
