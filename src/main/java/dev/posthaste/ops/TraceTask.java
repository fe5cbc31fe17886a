package dev.posthaste.ops;

import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.Trace;
import dev.posthaste.queues.QueueReader;
import dev.posthaste.sql.StorableText;
import dev.posthaste.teams.Teams;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code POST /tasks/trace} on the admin port: has this node tell in its log what becomes of the jobs and callbacks of one
 * queue, for a while.
 */
public final class TraceTask extends Task {
    private static final String USAGE =
            "POST /tasks/trace?queue=NAME[&team=NAME][&seconds=1..3600] follows a queue, POST"
                    + " /tasks/trace?crons[&team=NAME][&seconds=1..3600] executions of crons without one, POST /tasks/trace?off ends"
                    + " that";

    private static final int DEFAULT_SECONDS = 600;
    private static final int MAX_SECONDS = 3_600;

    private final Trace trace;
    private final Teams teams;
    private final QueueReader queues;

    public TraceTask(Trace trace, Teams teams, QueueReader queues) {
        super("trace");
        this.trace = trace;
        this.teams = teams;
        this.queues = queues;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) throws Exception {
        TaskParameters all = new TaskParameters(parameters, USAGE + ".");
        if (parameters.containsKey("off")) {
            all.only("off").bare("off");
            String ended = trace.end();
            output.println(ended == null ? "No queue was followed." : told(ended) + " is followed no longer.");
            return;
        }
        boolean isOfCrons = parameters.containsKey("crons");
        TaskParameters given = all.only(isOfCrons ? "crons" : "queue", "team", "seconds");
        if (isOfCrons) {
            given.bare("crons");
        }
        String queue = isOfCrons ? null : given.required("queue");
        String team = given.optional("team", Teams.DEFAULT);
        int seconds = seconds(given.optional("seconds", String.valueOf(DEFAULT_SECONDS)));
        String name = (queue == null ? "crons" : StorableText.quoted(queue))
                + (team.equals(Teams.DEFAULT) ? "" : " of team " + StorableText.quoted(team));
        String before = trace.follow(
                new Trace.Followed(
                        name,
                        queue == null ? Triggers.groupsOfCrons(idOf(team)) : Triggers.groupsOf(idOf(team, queue)),
                        Triggers::idOf),
                Duration.ofSeconds(seconds));
        output.println("This node tells in its log, for " + seconds
                + " s, what becomes of the "
                + (queue == null
                        ? "attempts, heartbeats and callbacks of executions without a queue, of "
                        : "jobs and callbacks of queue ")
                + name
                + "; the lines begin with: Trace " + name
                + (before == null || before.equals(name) ? "" : ". " + told(before) + " is followed no longer"));
    }

    /** Names of queues stand in quotes. */
    private static String told(String name) {
        return name.startsWith("\"") ? "Queue " + name : "What is of " + name;
    }

    private long idOf(String team) throws RefusedException {
        return teams.find(team)
                .orElseThrow(() -> new RefusedException("There is no team " + StorableText.quoted(team) + "."));
    }

    private long idOf(String team, String queue) throws RefusedException {
        long teamId = idOf(team);
        return queues.idOf(teamId, queue)
                .orElseThrow(() -> new RefusedException(
                        "The team " + StorableText.quoted(team) + " has no queue " + StorableText.quoted(queue) + "."));
    }

    private static int seconds(String text) throws RefusedException {
        try {
            int seconds = Integer.parseInt(text);
            if (seconds >= 1 && seconds <= MAX_SECONDS) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new RefusedException(
                "seconds must be a whole number from 1 to " + MAX_SECONDS + ", not " + StorableText.quoted(text) + ".");
    }
}
