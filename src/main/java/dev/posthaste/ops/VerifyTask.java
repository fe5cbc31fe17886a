package dev.posthaste.ops;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@code POST /tasks/verify} on the admin port: looks now for what does not go together, and mends it. */
public final class VerifyTask extends Task {
    /** As which no two nodes run it at the same time. */
    public static final String NAME = "verification";

    /** The same of crons, which have a repair of their own. */
    public static final String CRONS = "fires of crons";

    private final Upkeep upkeep;
    private final Verification verification;

    /** Runs {@code verification}, but no part of it that another node is at. */
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
        boolean knowsCrons = upkeep.runAlone(CRONS, connection -> ofCrons.set(verification.crons()));
        boolean knowsRest = upkeep.runAlone(NAME, connection -> found.set(verification.all(ofCrons.get())));
        output.println(told(knowsCrons, knowsRest, ofCrons.get(), found.get()));
    }

    private String told(boolean knowsCrons, boolean knowsRest, int ofCrons, Verification.@Nullable Found found) {
        if (!knowsRest) {
            return knowsCrons
                    ? "Mended " + ofCrons + " crons. The rest is not verified: another node is at it."
                    : "Not verified: another node is at it.";
        }
        return "Mended " + found + "; since this node started " + verification.total() + "."
                + (knowsCrons ? "" : " Crons are not verified: another node is at it.");
    }
}
