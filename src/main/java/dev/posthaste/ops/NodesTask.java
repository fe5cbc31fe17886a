package dev.posthaste.ops;

import dev.posthaste.oneshots.Member;
import dev.posthaste.oneshots.OneShots;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;

/** {@code POST /tasks/nodes} on the admin port: who is in the cluster, by the database. */
public final class NodesTask extends Task {
    private final DataSource database;
    private final OneShots oneShots;
    private final String own;
    private final Duty duty;

    /** @param own this node's name in the cluster */
    public NodesTask(DataSource database, OneShots oneShots, String own, Duty duty) {
        super("nodes");
        this.database = database;
        this.oneShots = oneShots;
        this.own = own;
        this.duty = duty;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output)
            throws RefusedException, SQLException {
        new TaskParameters(parameters, "POST /tasks/nodes").only();
        try (Connection connection = database.getConnection()) {
            for (Member member : oneShots.members(connection)) {
                output.println(line(member));
            }
        }
    }

    private String line(Member member) {
        String holds = ", holds " + member.held();
        if (member.isGone()) {
            return member.name() + "  is no member, its work is about to be taken over" + holds;
        }
        return member.name() + "  checked in " + seconds(member.checkInAgeMs()) + " s ago"
                + (member.checkInAgeMs() > member.leaseMs() ? ", later than" : ", of") + " its lease of "
                + seconds(member.leaseMs()) + " s" + holds
                + (member.name().equals(own)
                        ? "  (this node, it " + duty.state().sentence() + ")"
                        : "");
    }

    private static String seconds(long ms) {
        return String.format(Locale.ROOT, "%.1f", ms / 1000.0);
    }
}
