package dev.posthaste.cli;

import dev.posthaste.audit.Actor;
import dev.posthaste.oneshots.NodesAtWork;
import dev.posthaste.ops.RestoreHold;
import dev.posthaste.ops.RestoreRelease;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.DatabaseUnusableException;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.sql.KnownCommit;
import dev.posthaste.teams.Teams;
import io.dropwizard.core.Configuration;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.MutuallyExclusiveGroup;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * {@code db migrate}: what every server does at its start, by itself, for who wants it done before. {@code db restore-hold}
 * and {@code db restore-release}: for who has restored a backup.
 */
public final class DbCommand<T extends Configuration> extends DatabaseCommand<T> {
    /** There is room for more than a thousand restored backups of which each leaves out so many. */
    private static final long MAX_SKIPPED_IDS = 1_000_000_000_000_000L;

    private static final String ACTION = "action";
    private static final String TEAM = "team";
    private static final String QUEUE = "queue";
    private static final String CRONS = "crons";
    private static final String ALERTS = "alerts";
    private static final String IDS = "skip_ids";

    /** What is seen a lease later was not said at its very end. */
    private static final Duration MORE_THAN_A_LEASE = Duration.ofSeconds(1);

    private final Function<Jdbi, RestoreHold> holds;
    private final Function<Jdbi, RestoreRelease> releases;

    /**
     * @param part of the configuration that names the database
     * @param holds what holds a restored database back
     * @param releases what lets it go on
     */
    public DbCommand(
            Class<T> configurationClass,
            Function<T, DatabaseConfig> part,
            Function<Jdbi, RestoreHold> holds,
            Function<Jdbi, RestoreRelease> releases) {
        super("db", "Looks after the database: its schema, and what a restored one sends", configurationClass, part);
        this.holds = holds;
        this.releases = releases;
    }

    @Override
    public void configure(Subparser subparser) {
        Subparsers parts = subparser.addSubparsers().dest(ACTION);
        part(parts, "migrate", "brings the schema up to date");
        Subparser hold = part(
                parts, "restore-hold", "holds back what a restored database would send, before any node starts on it");
        hold.addArgument("--skip-ids")
                .type(Long.class)
                .setDefault(RestoreHold.IDS)
                .help("so many ids are left out: at least as many as were given out since the backup (default "
                        + RestoreHold.IDS + ")");
        Subparser release = part(parts, "restore-release", "lets go on what restore-hold holds");
        release.addArgument("--team").setDefault(Teams.DEFAULT).help("whose; default when not given");
        MutuallyExclusiveGroup what = release.addMutuallyExclusiveGroup().required(true);
        what.addArgument("--queue").help("a queue of the team, with its callbacks");
        what.addArgument("--crons").action(Arguments.storeTrue()).help("the team's crons, from their next times on");
        what.addArgument("--alerts").action(Arguments.storeTrue()).help("the team's messages about alerts");
        what.addArgument("--everything").action(Arguments.storeTrue()).help("all that is still held, of all teams");
    }

    @Override
    void run(OpenDatabase database, Namespace arguments, PrintStream console) {
        PrintWriter output = new PrintWriter(console, true, StandardCharsets.UTF_8);
        Jdbi jdbi = KnownCommit.database(database.pools().api()::getConnection);
        try {
            switch (arguments.getString(ACTION)) {
                case "restore-hold" -> hold(database, jdbi, arguments.getLong(IDS), output);
                case "restore-release" -> release(releases.apply(jdbi), arguments, output);
                // Opening the database has migrated it.
                default -> output.println("The schema of the " + database.target() + " is up to date.");
            }
        } catch (SQLException | JdbiException e) {
            throw new DatabaseUnusableException("The database refuses: " + e.getMessage() + " Try again.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseUnusableException("Interrupted; nothing was changed.", e);
        }
        output.flush();
    }

    private void hold(OpenDatabase database, Jdbi jdbi, long skippedIds, PrintWriter output)
            throws SQLException, InterruptedException {
        if (skippedIds < 0 || skippedIds > MAX_SKIPPED_IDS) {
            throw new IllegalArgumentException("--skip-ids is between 0 and " + MAX_SKIPPED_IDS + ".");
        }
        RestoreHold hold = holds.apply(jdbi);
        NodesAtWork.Members members = hold.look();
        if (!members.checkIns().isEmpty() && !database.target().isSole()) {
            Duration watched = members.lease().plus(MORE_THAN_A_LEASE);
            output.println("Nodes were at work when the backup was made ("
                    + members.checkIns().size() + "). Whether any of them is alive is seen in " + watched.toSeconds()
                    + " s.");
            TimeUnit.MILLISECONDS.sleep(watched.toMillis());
        }
        hold.hold(members, skippedIds, Actor.COMMAND_LINE, output);
    }

    private static void release(RestoreRelease release, Namespace arguments, PrintWriter output) throws SQLException {
        String team = arguments.getString(TEAM);
        String queue = arguments.getString(QUEUE);
        if (queue != null) {
            release.queue(team, queue, output);
        } else if (arguments.getBoolean(CRONS)) {
            release.crons(team, output);
        } else if (arguments.getBoolean(ALERTS)) {
            release.alerts(team, output);
        } else {
            release.everything(output);
        }
    }
}
