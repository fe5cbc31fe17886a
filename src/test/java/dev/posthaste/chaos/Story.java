package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A history that a test tells: pushes that went as they should but for what is said of the last one. Seconds count from
 * midnight. Node 0 sends everything, and each request is answered after 100 ms.
 */
final class Story {
    private static final Instant ZERO = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SHORTLY = Duration.ofMillis(10);
    private static final Duration TAKES = Duration.ofMillis(100);

    private final List<Push> pushes = new ArrayList<>();
    private final List<Sending> sendings = new ArrayList<>();
    private final List<Called> callbacks = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final List<Interval> stalls = new ArrayList<>();
    private final List<Starvation> starvations = new ArrayList<>();
    private final List<Pause> pauses = new ArrayList<>();
    private final List<GateLimit> gates = new ArrayList<>();
    private final List<String> oddities = new ArrayList<>();
    private final List<ErrorLine> errors = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final List<Start> starts = new ArrayList<>();
    private final List<JobRow> jobs = new ArrayList<>();
    private final List<RunRow> runs = new ArrayList<>();
    private final List<CallbackRow> callbackRows = new ArrayList<>();
    private final List<CronRow> crons = new ArrayList<>();
    private final List<String> leftovers = new ArrayList<>();
    private UnaryOperator<Counters> counted = counters -> counters;
    private long lastId;

    List<String> breaches() {
        long keys = pushes.stream().filter(push -> push.key() != null).count();
        Counters told = counted.apply(Counters.ofAttempts(jobs));
        EndState end = new EndState(jobs, runs, callbackRows, crons, keys, List.of(told), leftovers);
        return new Checker(Allowances.DEFAULT)
                .check(new History(
                        3,
                        new Interval(at(0), at(1_000)),
                        pushes,
                        sendings,
                        callbacks,
                        faults,
                        stalls,
                        starvations,
                        pauses,
                        gates,
                        oddities,
                        errors,
                        refusals,
                        starts,
                        end));
    }

    /** Of one job without a delay, accepted, in the queue {@code q}. */
    Job push(long number) {
        return new Job(number);
    }

    void fault(FaultKind kind, int node, double from, double until) {
        faults.add(new Fault(kind, node, at(from), at(until), at(until)));
    }

    void stalled(double from, double until) {
        stalls.add(new Interval(at(from), at(until)));
    }

    void starved(double from, double until) {
        starved(from, until, 0);
    }

    /** As it is seen, ten times a second; with that share of a processor left. */
    void starved(double from, double until, double share) {
        for (double since = from; since < until - 0.01; since += 0.1) {
            starvations.add(new Starvation(at(since), at(since + 0.1), share));
        }
    }

    void paused(String queue, double from, double until) {
        pauses.add(new Pause(queue, at(from), at(from), at(until), at(until)));
    }

    void gate(GateLimit gate) {
        gates.add(gate);
    }

    void leftover(String sentence) {
        leftovers.add(sentence);
    }

    /** What a node tells of all that has happened, in place of what is so. */
    void counted(UnaryOperator<Counters> otherwise) {
        counted = otherwise;
    }

    void odd(String sentence) {
        oddities.add(sentence);
    }

    void error(int node, double second, String sentence) {
        errors.addAll(ErrorLine.in(at(second).plusMillis(1) + " ERROR " + sentence + "\n  at a.place\n", node));
    }

    /** A push has no answer, or one that it is not done. */
    void refused(int node, double second, int status) {
        refusals.add(new Refusal("a push", node, at(second), at(second).plus(TAKES), status));
    }

    void started(int node, double from, double until, Interval... ended) {
        starts.add(new Start(node, new Interval(at(from), at(until)), List.of(ended)));
    }

    static Interval time(double from, double until) {
        return new Interval(at(from), at(until));
    }

    /** It fires, and each fire is sent, at each minute between. */
    void cronOfEachMinute(long id, int from, int until) {
        crons.add(new CronRow(id, at(from), at(from), at(until)));
        for (int second = from + 60; second < until; second += 60) {
            fire(id, second);
        }
    }

    void fire(long cron, int second) {
        long execution = ++lastId;
        Target target = new Target(Target.CRON, cron, 0, 0, 0);
        jobs.add(new JobRow(
                execution, execution, 1, "completed", "success", at(second), target, null, 0, false, cron, true));
        runs.add(new RunRow(execution, at(second), null, 200));
        sendings.add(new Sending(
                execution,
                execution,
                1,
                null,
                cron,
                "job_" + execution,
                target.text(),
                "",
                at(second).plus(SHORTLY),
                at(second).plus(TAKES),
                200,
                0));
    }

    void withoutFire(long cron, int second) {
        List<Long> missed = jobs.stream()
                .filter(job -> job.cronId() != null
                        && job.cronId() == cron
                        && job.due().equals(at(second)))
                .map(JobRow::id)
                .toList();
        jobs.removeIf(job -> missed.contains(job.id()));
        sendings.removeIf(sending -> missed.contains(sending.jobId()));
    }

    private static Instant at(double second) {
        return ZERO.plusMillis(Math.round(second * 1_000));
    }

    /** A push, and what became of it. Attempts follow each other as the workload asks. */
    final class Job {
        private final long number;
        private final int firstPush = pushes.size();
        private final int firstSending = sendings.size();
        private final int firstJob = jobs.size();
        private final int firstRun = runs.size();
        private final int firstCallback = callbacks.size();
        private final long id = ++lastId;
        private int fails;
        private boolean wantsCallback;

        Job(long number) {
            this.number = number;
            pushes.add(new Push(number, "key", 1, Duration.ZERO, Push.Verdict.ACCEPTED, List.of(id), at(0), at(1_000)));
        }

        Job failing(int attempts) {
            fails = attempts;
            return this;
        }

        Job withCallback() {
            wantsCallback = true;
            return this;
        }

        Job told(Push.Verdict verdict) {
            Push push = pushes.get(firstPush);
            pushes.set(
                    firstPush,
                    new Push(number, push.key(), push.jobs(), push.delay(), verdict, List.of(), at(0), at(1_000)));
            if (verdict != Push.Verdict.ACCEPTED) {
                pushes.set(
                        firstPush,
                        new Push(number, null, push.jobs(), push.delay(), verdict, List.of(), at(0), at(1_000)));
            }
            return this;
        }

        Job ofJobs(int count) {
            Push push = pushes.get(firstPush);
            pushes.set(
                    firstPush,
                    new Push(number, push.key(), count, push.delay(), push.verdict(), push.ids(), at(0), at(1_000)));
            return this;
        }

        Job notPushedItself() {
            pushes.remove(firstPush);
            return this;
        }

        /** Due then, and with the receiver 10 ms later, in all its attempts. */
        Job cameAt(double second) {
            pushedAt(at(second));
            int attempts = Math.min(fails, 2) + 1;
            Target target = new Target(Target.WORK, number, 0, fails, 100);
            List<Duration> delays = Workload.retryDelays(target);
            Instant due = at(second);
            for (int attempt = 1; attempt <= attempts; attempt++) {
                long job = attempt == 1 ? id : ++lastId;
                int status = target.answer(attempt);
                String state = status == 200 ? "completed" : "failed";
                if (attempt > 1) {
                    due = due.plus(SHORTLY).plus(TAKES).plus(delays.get(attempt - 2));
                }
                jobs.add(new JobRow(
                        job,
                        id,
                        attempt,
                        state,
                        finalStatus(attempt, attempts),
                        due,
                        target,
                        "q",
                        2,
                        wantsCallback,
                        null,
                        false));
                runs.add(new RunRow(job, due, status == 200 ? null : "http_server_error", status));
                Instant came = due.plus(SHORTLY);
                sendings.add(new Sending(
                        job,
                        id,
                        attempt,
                        "q",
                        null,
                        "job_" + id,
                        target.text(),
                        Workload.payload(number, 0, "q", wantsCallback),
                        came,
                        came.plus(TAKES),
                        status,
                        0));
                if (wantsCallback) {
                    long callback = ++lastId;
                    callbackRows.add(new CallbackRow(callback, job, "delivered"));
                    callbacks.add(new Called(
                            job,
                            id,
                            attempt,
                            state,
                            attempt == attempts,
                            "cb_" + callback,
                            new Target(Target.CALLBACK, number, 0, 0, 10).text(),
                            "{}",
                            came.plus(TAKES).plus(SHORTLY),
                            came.plus(TAKES).plus(TAKES),
                            200,
                            0));
                }
            }
            return this;
        }

        private void pushedAt(Instant second) {
            if (firstPush < pushes.size()) {
                Push push = pushes.get(firstPush);
                pushes.set(
                        firstPush,
                        new Push(
                                number,
                                push.key(),
                                push.jobs(),
                                push.delay(),
                                push.verdict(),
                                push.ids(),
                                second,
                                second.plus(SHORTLY)));
            }
        }

        private String finalStatus(int attempt, int attempts) {
            if (attempt == 1 || attempt == attempts) {
                return fails < 3 ? "success" : "dead_lettered";
            }
            return "failed_with_retries";
        }

        Job isNotThere() {
            jobs.removeIf(job -> job.chain() == id);
            sendings.removeIf(sending -> sending.chain() == id);
            return this;
        }

        Job dueLaterBy(Duration time) {
            JobRow job = jobs.get(firstJob);
            jobs.set(
                    firstJob,
                    changed(job, job.status(), job.finalStatus(), job.due().plus(time)));
            return this;
        }

        Job cameLaterBy(Duration time) {
            sendings.set(firstSending, later(sendings.get(firstSending), time, 0));
            return this;
        }

        Job retryCameLaterBy(Duration time) {
            sendings.set(firstSending + 1, later(sendings.get(firstSending + 1), time, 0));
            return this;
        }

        /** It is due so much later, or earlier, than was asked, and comes then. */
        Job retryMovedBy(Duration time) {
            JobRow retry = jobs.get(firstJob + 1);
            jobs.set(
                    firstJob + 1,
                    changed(
                            retry,
                            retry.status(),
                            retry.finalStatus(),
                            retry.due().plus(time)));
            return retryCameLaterBy(time);
        }

        Job retryNeverCame() {
            sendings.remove(firstSending + 1);
            return this;
        }

        Job takes(Duration time) {
            Sending sending = sendings.get(firstSending);
            sendings.set(
                    firstSending,
                    with(sending, sending.id(), sending.at(), sending.at().plus(time), 0));
            return this;
        }

        Job interrupted() {
            return interruptedAt(0);
        }

        /** A run of the first attempt that began so many seconds after it was due, before all that are there. */
        Job interruptedAt(double seconds) {
            Instant due = jobs.get(firstJob).due();
            runs.add(firstRun, interruptedRun(due.plusMillis(Math.round(1_000 * seconds))));
            return this;
        }

        /** The first attempt, after its third interruption. */
        Job givenUp() {
            Instant due = jobs.get(firstJob).due();
            runs.set(firstRun, interruptedRun(due.plusSeconds(4)));
            return interruptedAt(2).interruptedAt(0);
        }

        Job cameAgainAt(double second, int node) {
            Sending first = sendings.get(firstSending);
            sendings.add(with(first, first.id(), at(second), at(second).plus(TAKES), node));
            runs.replaceAll(run -> run.jobId() == id && !run.isInterrupted()
                    ? new RunRow(id, at(second), run.failureReason(), run.responseStatus())
                    : run);
            return this;
        }

        Job underAnotherId() {
            int last = sendings.size() - 1;
            Sending again = sendings.get(last);
            sendings.set(last, with(again, "job_other", again.at(), again.answered(), again.node()));
            return this;
        }

        /** What came last. */
        Job withAnotherBody() {
            return changed(
                    sendings.size() - 1, "q", sendings.get(sendings.size() - 1).target(), "[]");
        }

        /** In all its tries; of one attempt. */
        Job everyTimeWithAnotherBody() {
            return changed(firstSending, "q", sendings.get(firstSending).target(), "[]");
        }

        Job toAnotherTarget() {
            String other = new Target(Target.WORK, number + 1, 0, fails, 100).text();
            return changed(firstSending, "q", other, payload());
        }

        Job namingAnotherQueue() {
            return changed(firstSending, "other", sendings.get(firstSending).target(), payload());
        }

        private Job changed(int index, String queue, String target, String body) {
            Sending sending = sendings.get(index);
            sendings.set(
                    index,
                    new Sending(
                            sending.jobId(),
                            sending.chain(),
                            sending.attempt(),
                            queue,
                            sending.cronId(),
                            sending.id(),
                            target,
                            body,
                            sending.at(),
                            sending.answered(),
                            sending.status(),
                            sending.node()));
            return this;
        }

        /** As far as could be seen. */
        Job fromNobody() {
            Sending sending = sendings.get(firstSending);
            sendings.set(
                    firstSending, with(sending, sending.id(), sending.at(), sending.answered(), Received.UNKNOWN_NODE));
            return this;
        }

        Job interruptedAfterItsEnd() {
            runs.add(interruptedRun(jobs.get(firstJob).due()));
            return this;
        }

        Job callbackWasAnswered(int status) {
            Called called = callbacks.get(firstCallback);
            callbacks.set(firstCallback, with(called, called.at(), status));
            return this;
        }

        Job withoutAttempt(int attempt) {
            List<Long> gone = jobs.stream()
                    .filter(job -> job.chain() == id && job.attempt() == attempt)
                    .map(JobRow::id)
                    .toList();
            jobs.removeIf(job -> gone.contains(job.id()));
            sendings.removeIf(sending -> gone.contains(sending.jobId()));
            return this;
        }

        Job withStatus(int attempt, String status) {
            int index = firstJob + attempt - 1;
            JobRow job = jobs.get(index);
            jobs.set(index, changed(job, status, job.finalStatus(), job.due()));
            return this;
        }

        Job withFinalStatus(int attempt, String finalStatus) {
            int index = firstJob + attempt - 1;
            JobRow job = jobs.get(index);
            jobs.set(index, changed(job, job.status(), finalStatus, job.due()));
            return this;
        }

        Job recordedTwice() {
            runs.add(runs.get(firstRun));
            return this;
        }

        Job recordedAs(int status) {
            runs.set(firstRun, new RunRow(id, jobs.get(firstJob).due(), null, status));
            return this;
        }

        private RunRow interruptedRun(Instant started) {
            return new RunRow(id, started, "interrupted", null);
        }

        Job callbackNeverCame() {
            callbacks.remove(firstCallback);
            return this;
        }

        Job callbackIsNotThere() {
            callbackRows.clear();
            callbacks.clear();
            return this;
        }

        Job secondCallback() {
            callbackRows.add(new CallbackRow(++lastId, id, "delivered"));
            return this;
        }

        /** After the first was answered with this. */
        Job callbackCameAgain(int firstStatus) {
            Called first = callbacks.get(firstCallback);
            callbacks.set(firstCallback, with(first, first.at(), firstStatus));
            callbacks.add(with(first, first.answered().plusSeconds(10), 200));
            return this;
        }

        /** The last try of the callback, where another job's was asked for. */
        Job callbackCameToAnother() {
            int last = callbacks.size() - 1;
            Called called = callbacks.get(last);
            callbacks.set(
                    last,
                    new Called(
                            called.jobId(),
                            called.chain(),
                            called.attempt(),
                            called.jobStatus(),
                            called.isFinal(),
                            called.id(),
                            new Target(Target.CALLBACK, number + 1, 0, 0, 10).text(),
                            called.body(),
                            called.at(),
                            called.answered(),
                            called.status(),
                            called.node()));
            return this;
        }

        /** As all that there is says: no callback was asked for. */
        Job wherePushesWantedACallback() {
            return changed(
                    firstSending, "q", sendings.get(firstSending).target(), Workload.payload(number, 0, "q", true));
        }

        /** Stored in place of what stood there in its push. */
        Job inAnotherPlaceOfItsPush() {
            Target target = new Target(Target.WORK, number, 1, fails, 100);
            JobRow job = jobs.get(firstJob);
            jobs.set(
                    firstJob,
                    new JobRow(
                            job.id(),
                            job.chain(),
                            job.attempt(),
                            job.status(),
                            job.finalStatus(),
                            job.due(),
                            target,
                            job.queue(),
                            job.retries(),
                            job.wantsCallback(),
                            job.cronId(),
                            job.isScheduled()));
            return changed(firstSending, "q", target.text(), Workload.payload(number, 1, "q", wantsCallback));
        }

        private String payload() {
            return Workload.payload(number, 0, "q", wantsCallback);
        }

        /** The first of its callbacks. */
        Job callbackCameLaterBy(Duration time) {
            Called called = callbacks.get(firstCallback);
            callbacks.set(firstCallback, with(called, called.at().plus(time), called.status()));
            return this;
        }

        /** The last try of the callback. */
        Job lastTryCameLaterBy(Duration time) {
            int last = callbacks.size() - 1;
            Called called = callbacks.get(last);
            callbacks.set(last, with(called, called.at().plus(time), called.status()));
            return this;
        }

        private static Called with(Called called, Instant at, int status) {
            return new Called(
                    called.jobId(),
                    called.chain(),
                    called.attempt(),
                    called.jobStatus(),
                    called.isFinal(),
                    called.id(),
                    called.target(),
                    called.body(),
                    at,
                    at.plus(TAKES),
                    status,
                    called.node());
        }

        private static Sending later(Sending sending, Duration time, int node) {
            return with(
                    sending,
                    sending.id(),
                    sending.at().plus(time),
                    sending.answered().plus(time),
                    node);
        }

        private static Sending with(Sending sending, String webhookId, Instant at, Instant answered, int node) {
            return new Sending(
                    sending.jobId(),
                    sending.chain(),
                    sending.attempt(),
                    sending.queue(),
                    sending.cronId(),
                    webhookId,
                    sending.target(),
                    sending.body(),
                    at,
                    answered,
                    sending.status(),
                    node);
        }

        private static JobRow changed(JobRow job, String status, @Nullable String finalStatus, Instant due) {
            return new JobRow(
                    job.id(),
                    job.chain(),
                    job.attempt(),
                    status,
                    finalStatus,
                    due,
                    job.target(),
                    job.queue(),
                    job.retries(),
                    job.wantsCallback(),
                    job.cronId(),
                    job.isScheduled());
        }
    }
}
