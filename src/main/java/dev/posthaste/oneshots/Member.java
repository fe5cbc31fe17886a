package dev.posthaste.oneshots;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A node as the database has it.
 *
 * @param name in the cluster
 * @param checkInAgeMs since its last check-in, by the database's clock
 * @param leaseMs after which others look whether it is dead; 0 for who is no member and has left firings behind
 * @param held how many firings it has claimed that have not ended
 */
public record Member(String name, long checkInAgeMs, long leaseMs, int held) {
    /** Whether it has left, or was taken for dead, and what it held has not been taken over yet. */
    public boolean isGone() {
        return leaseMs == 0;
    }

    /** All of them, by their names. */
    static List<Member> all(Connection connection, String schedulerName) throws SQLException {
        String sql = """
                with holding as (
                  select instance_name, sum(remaining) as held
                    from qrtz_fired_one_shots where sched_name = ? group by instance_name
                ), member as (
                  select instance_name, checkin_interval,
                         floor(extract(epoch from clock_timestamp()) * 1000)::bigint - last_checkin_time as age
                    from qrtz_scheduler_state where sched_name = ?
                )
                select coalesce(m.instance_name, h.instance_name) as name, coalesce(m.age, 0) as age,
                       coalesce(m.checkin_interval, 0) as lease, coalesce(h.held, 0) as held
                  from member m full join holding h on h.instance_name = m.instance_name
                 order by 1
                """;
        return Rows.list(
                connection,
                sql,
                values -> values.text(schedulerName).text(schedulerName),
                row -> new Member(
                        row.getString("name"),
                        Math.max(0, row.getLong("age")),
                        row.getLong("lease"),
                        row.getInt("held")));
    }
}
