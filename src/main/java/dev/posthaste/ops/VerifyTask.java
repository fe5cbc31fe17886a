package dev.posthaste.ops;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** {@code POST /tasks/verify} on the admin port: looks now for what does not go together, and mends it. */
public final class VerifyTask extends Task {
    /** As which no two nodes run it at the same time. */
    public static final String NAME = "verification";

    /** The same of crons, which have a repair of their own. */
    public static final String CRONS = "fires of crons";

    private final Upkeep upkeep;
    private final Verification verification;

    /** Runs {@code verification} unless another node is at it. */
    public VerifyTask(Upkeep upkeep, Verification verification) {
        super("verify");
        this.upkeep = upkeep;
        this.verification = verification;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output)
            throws RefusedException, SQLException {
        new TaskParameters(parameters, "POST /tasks/verify").only();
        AtomicReference<Verification.Found> found = new AtomicReference<>();
        AtomicInteger ofCrons = new AtomicInteger();
        upkeep.runAlone(CRONS, connection -> ofCrons.set(verification.crons()));
        boolean hasRun = upkeep.runAlone(NAME, connection -> found.set(verification.all(ofCrons.get())));
        output.println(
                hasRun
                        ? "Mended " + found.get() + "; since this node started " + verification.total() + "."
                        : "Not verified: another node is at it.");
    }
}
