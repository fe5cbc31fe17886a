package dev.posthaste.ops;

import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.GroupBacklog;
import dev.posthaste.queues.QueueHolds;
import dev.posthaste.recurring.CronHolds;
import dev.posthaste.sql.StorableText;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is held after a restore, for an operator to read.
 *
 * @param teams their names
 * @param queues all of them
 * @param paused how many of them were active
 * @param crons those that were active
 * @param stoppedOperations how many were running, and run no more
 * @param channels those of alerts, with their teams
 */
record RestoreReport(
        Map<Long, String> teams,
        List<QueueHolds.Named> queues,
        int paused,
        List<CronHolds.Named> crons,
        int stoppedOperations,
        Map<Long, Long> channels,
        List<GroupBacklog> backlog,
        long skippedIds) {
    private static final String ROW = "%-16s %-40s %9s %9s %9s  %s%n";
    private static final int SHOWN_CRONS = 200;

    /** Whose a group is, and what it has. */
    private record Label(@Nullable String team, String what) {}

    void write(PrintWriter output) {
        output.printf(
                "Held: %d queues and %d crons that were active, and everything that waits. Nothing is sent until you say"
                        + " so.%n%n",
                paused, crons.size());
        if (stoppedOperations > 0) {
            output.printf(
                    "Stopped: %d operations over many jobs that were running. Ask for them again if they are still meant.%n%n",
                    stoppedOperations);
        }
        writeBacklog(output);
        writeCrons(output);
        output.printf("""
                Ids go on %,d further, so that none is given that was given since the backup was made.

                "Begun" is what nodes had claimed when the backup was made: it may have been sent, like all that has been due
                since. Now start a node, and decide queue by queue:
                  cancel what is not to be sent     POST /api/queues/{id}/purge, POST /api/jobs/{id}/cancel
                  send the rest of a queue          POST /api/queues/{id}/resume, or
                                                    db restore-release --team NAME --queue NAME
                  crons, from their next time on    db restore-release --team NAME --crons
                  alerts                            db restore-release --team NAME --alerts
                  all that is still held            db restore-release --everything
                """, skippedIds);
    }

    private void writeBacklog(PrintWriter output) {
        if (backlog.isEmpty()) {
            output.printf("Nothing waits.%n%n");
            return;
        }
        Map<String, Label> labels = labels();
        output.printf(ROW, "TEAM", "WHAT", "WAITING", "DUE", "BEGUN", "THE FIRST WAS OR IS DUE");
        for (GroupBacklog group : backlog) {
            Label label = labels.getOrDefault(group.group(), new Label(null, "of what was deleted, " + group.group()));
            output.printf(
                    ROW,
                    label.team() == null ? "-" : StorableText.line(label.team()),
                    StorableText.line(label.what()),
                    group.waiting(),
                    group.due(),
                    group.claimed(),
                    shown(group.first()));
        }
        output.println();
    }

    private void writeCrons(PrintWriter output) {
        for (CronHolds.Named cron : crons.subList(0, Math.min(crons.size(), SHOWN_CRONS))) {
            output.printf(
                    "Cron %d %s of team %s was to fire at %s%n",
                    cron.id(),
                    StorableText.quoted(cron.name()),
                    StorableText.line(name(cron.teamId())),
                    shown(cron.nextFireAt()));
        }
        if (crons.size() > SHOWN_CRONS) {
            output.printf("… and %d more crons%n", crons.size() - SHOWN_CRONS);
        }
        if (!crons.isEmpty()) {
            output.println();
        }
    }

    private Map<String, Label> labels() {
        Map<String, Label> labels = new HashMap<>();
        for (QueueHolds.Named queue : queues) {
            String named = "queue " + queue.id() + " " + StorableText.quoted(queue.name());
            labels.put(Triggers.jobGroup(queue.id()), new Label(name(queue.teamId()), named));
            labels.put(Triggers.callbackGroup(queue.id()), new Label(name(queue.teamId()), "callbacks of " + named));
        }
        teams.forEach((id, name) -> Triggers.groupsOfCrons(id)
                .forEach((group, kind) -> labels.put(group, new Label(name, kind + "s of crons without a queue"))));
        channels.forEach((id, team) ->
                labels.put(Triggers.alertGroup(id), new Label(name(team), "messages to alert channel " + id)));
        return labels;
    }

    private String name(long team) {
        return teams.getOrDefault(team, "team " + team);
    }

    private static String shown(@Nullable Instant at) {
        return at == null ? "?" : at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
