package dev.posthaste.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes at work that are of a build below a level. As nodes judge each other, one lives when its row changes while it is
 * watched, and is dead when that stays the same for its lease: no clock that somebody set counts. One that has joined lately and
 * has not checked in yet is waited for as well, as long as a start may take.
 */
final class OlderMembers {
    private static final Logger LOG = LoggerFactory.getLogger(OlderMembers.class);
    private static final String NODES = "posthaste_nodes";
    private static final String STATES = "qrtz_scheduler_state";
    private static final long LOOK_EVERY_MS = 100;

    /** From a node's joining to its first check-in, on a machine that is busy. */
    private static final int STARTING_MS = 15_000;

    private static final long NO_CHECK_IN = -1;

    /** Of those that joined long ago and have no state any more some have left, and the others have died. */
    private static final String DECLARED = """
            select s.instance_name, n.level, n.version, s.last_checkin_time, s.checkin_interval
              from qrtz_scheduler_state s left join posthaste_nodes n on n.instance_name = s.instance_name
             where s.checkin_interval > 0
            union all
            select n.instance_name, n.level, n.version, %d, %d
              from posthaste_nodes n
             where n.joined_at > clock_timestamp() - interval '1 minute'
               and not exists (select 1 from qrtz_scheduler_state s where s.instance_name = n.instance_name)
            """.formatted(NO_CHECK_IN, STARTING_MS);

    /** Before nodes declared what they are. */
    private static final String UNDECLARED = """
            select instance_name, 0 as level, null as version, last_checkin_time, checkin_interval
              from qrtz_scheduler_state where checkin_interval > 0
            """;

    private final Connection connection;
    private final int needs;
    private final int undeclared;
    private final LongSupplier nanoTime;

    /**
     * @param needs nodes of builds below this level are looked for
     * @param undeclared the level of a node that does not tell it
     */
    OlderMembers(Connection connection, int needs, int undeclared, LongSupplier nanoTime) {
        this.connection = connection;
        this.needs = needs;
        this.undeclared = undeclared;
        this.nanoTime = nanoTime;
    }

    /**
     * A node, and what its row said.
     *
     * @param version of its build, null when it does not tell
     */
    private record Member(String name, int level, @Nullable String version, long checkIn, long leaseMs) {
        boolean hasCheckedIn() {
            return checkIn != NO_CHECK_IN;
        }

        boolean hasCheckedInSince(Member before) {
            return hasCheckedIn() && checkIn != before.checkIn;
        }

        boolean hasLeftSince(Member before) {
            return before.hasCheckedIn() && !hasCheckedIn();
        }

        @Override
        public String toString() {
            return name + (version == null ? " (an older build)" : " (version " + version + ", level " + level + ")");
        }
    }

    /** Those that live, each in words; takes up to the longest of their leases, and no time when there is none. */
    List<String> living() throws SQLException, InterruptedException {
        long began = nanoTime.getAsLong();
        Map<String, Member> watched = look();
        if (!watched.isEmpty()) {
            LOG.info("Looking whether nodes of an older build are alive: {}", watched.values());
        }
        List<String> living = new ArrayList<>();
        while (!watched.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            long waitedMs = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - began);
            Map<String, Member> now = look();
            for (Member before : List.copyOf(watched.values())) {
                Member after = now.get(before.name());
                boolean isLiving = after != null && after.hasCheckedInSince(before);
                if (isLiving) {
                    living.add(before.toString());
                }
                boolean hasGone = after == null || after.hasLeftSince(before);
                if (isLiving || hasGone || waitedMs >= before.leaseMs()) {
                    watched.remove(before.name());
                }
            }
        }
        return living;
    }

    private Map<String, Member> look() throws SQLException {
        Map<String, Member> members = new HashMap<>();
        if (!Changelog.isThere(connection, STATES)) {
            return members;
        }
        String sql = Changelog.isThere(connection, NODES) ? DECLARED : UNDECLARED;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                String version = row.getString("version");
                Member member = new Member(
                        row.getString("instance_name"),
                        version == null ? undeclared : row.getInt("level"),
                        version,
                        row.getLong("last_checkin_time"),
                        row.getLong("checkin_interval"));
                if (member.level() < needs) {
                    members.put(member.name(), member);
                }
            }
        }
        return members;
    }
}
