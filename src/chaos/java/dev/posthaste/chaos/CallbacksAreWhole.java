package dev.posthaste.chaos;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Each attempt that wants one has one callback, which came where its job asked for it and was taken, each time under the same id
 * and with the same body, and says of the attempt what is so. Of the callbacks of a chain the last attempt's is final, and no other.
 */
final class CallbacksAreWhole implements Rule {
    @Override
    public String name() {
        return "callbacks are whole";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        evidence.chains().values().forEach(chain -> {
            JobRow last = chain.get(chain.size() - 1);
            chain.forEach(job -> check(evidence, job, job.id() == last.id(), breaches));
        });
        evidence.history().callbacks().stream()
                .filter(called -> !evidence.isThere(called.jobId()))
                .forEach(called -> breaches.accept(called + " is of a job that is not there."));
    }

    private static void check(Evidence evidence, JobRow job, boolean isLast, Consumer<String> breaches) {
        List<CallbackRow> rows = evidence.callbackRowsOf(job.id());
        List<Called> came = evidence.callbacksOf(job.id());
        if (rows.size() != (job.wantsCallback() ? 1 : 0)) {
            breaches.accept(job + " has the callbacks " + rows);
            return;
        }
        for (CallbackRow row : rows) {
            if (!row.status().equals("delivered")) {
                breaches.accept(row + " of " + job + " has not been delivered.");
            }
            if (came.isEmpty()) {
                breaches.accept(row + " of " + job + " never came.");
            } else if (came.stream().noneMatch(called -> called.status() == 200)) {
                breaches.accept(row + " of " + job + " is over, and no try of it was answered 200: " + came);
            }
        }
        if (came.stream().map(Called::body).distinct().count() > 1) {
            breaches.accept("The callback of " + job + " came with other bodies: " + came);
        }
        String id = rows.stream().map(CallbackRow::webhookId).collect(Collectors.joining());
        for (Called called : came) {
            if (!called.id().equals(id)
                    || called.chain() != job.chain()
                    || called.attempt() != job.attempt()
                    || !called.jobStatus().equals(job.status())
                    || called.isFinal() != isLast
                    || !isWhereItWasAskedFor(called, job)) {
                breaches.accept(called + " is of " + job + " with " + rows);
            }
        }
    }

    /** No callback's URL is another's: it has the numbers of the job, those of crons have none. */
    private static boolean isWhereItWasAskedFor(Called called, JobRow job) {
        Target came = Target.parse(called.target());
        Target work = job.target();
        return came.kind().equals(Target.CALLBACK)
                && (work.kind().equals(Target.CRON)
                        ? came.push() == 0
                        : came.push() == work.push() && came.place() == work.place());
    }
}
