package dev.posthaste.ops;

import dev.posthaste.quartz.ClusteredScheduler;
import dev.posthaste.sql.StorableText;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code POST /tasks/drain} on the admin port: this node is not ready and claims nothing, so that it can be stopped, or left
 * alone, without a call or a delivery that fails. Waits for what is in flight and tells what is left of it.
 */
public final class DrainTask extends Task {
    private static final String USAGE = "POST /tasks/drain[?seconds=0..300]";
    private static final int DEFAULT_SECONDS = 20;
    private static final int MAX_SECONDS = 300;

    /** So often it looks whether it has been told something else meanwhile. */
    private static final Duration STEP = Duration.ofMillis(100);

    private final Duty duty;
    private final ClusteredScheduler scheduler;

    public DrainTask(Duty duty, ClusteredScheduler scheduler) {
        super("drain");
        this.duty = duty;
        this.scheduler = scheduler;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output)
            throws RefusedException, InterruptedException {
        TaskParameters given = new TaskParameters(parameters, USAGE).only("seconds");
        int seconds = seconds(given.optional("seconds", String.valueOf(DEFAULT_SECONDS)));
        duty.become(Duty.State.DRAINED);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        // What a claim in progress brings would begin after it was said that nothing is in flight.
        boolean isSettled = await(scheduler::awaitClaimSettled, end);
        scheduler.giveBackNotBegun();
        boolean isEmpty = await(scheduler::awaitNoneInFlight, end);
        if (duty.state() != Duty.State.DRAINED) {
            output.println("This node was told something else meanwhile: it "
                    + duty.state().sentence() + ".");
            return;
        }
        output.println("This node is not ready and claims nothing until POST /tasks/resume, or until it starts again."
                + left(isSettled, isEmpty, seconds));
    }

    private String left(boolean isSettled, boolean isEmpty, int seconds) {
        if (isSettled && isEmpty) {
            return " Nothing is in flight.";
        }
        return " After " + seconds + " s " + scheduler.inFlight() + " deliveries are still in flight, and go on."
                + (isSettled ? "" : " A claim that had begun waits for the database; what it takes is given back.");
    }

    /** Something that is waited for, at most for so long; tells whether it has come. */
    private interface Awaited {
        boolean within(Duration bound) throws InterruptedException;
    }

    private boolean await(Awaited awaited, long end) throws InterruptedException {
        boolean hasCome = awaited.within(Duration.ZERO);
        while (!hasCome && duty.state() == Duty.State.DRAINED && end - System.nanoTime() > 0) {
            hasCome = awaited.within(STEP);
        }
        return hasCome;
    }

    private static int seconds(String text) throws RefusedException {
        try {
            int seconds = Integer.parseInt(text);
            if (seconds >= 0 && seconds <= MAX_SECONDS) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new RefusedException(
                "seconds must be a whole number from 0 to " + MAX_SECONDS + ", not " + StorableText.quoted(text) + ".");
    }
}
