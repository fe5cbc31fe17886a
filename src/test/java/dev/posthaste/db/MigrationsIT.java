package dev.posthaste.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MigrationsIT {
    private final TestDatabase database = TestDatabase.empty();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aDatabaseThatThisBuildHasMigratedIsLeftAlone() throws SQLException {
        Migrations.run(database.target());
        database.execute("drop table databasechangeloglock");

        Migrations.run(database.target());

        assertThat(database.number("select count(*) from pg_tables where tablename = 'databasechangeloglock'"))
                .isZero();
    }

    @Test
    void aDatabaseThatAnotherBuildHasMigratedIsBroughtUpToDate() throws SQLException {
        Migrations.run(database.target());
        database.execute("drop table qrtz_fired_one_shots");
        database.execute("create index qrtz_fired_triggers_group on qrtz_fired_triggers (trigger_group, trigger_name)");
        database.execute("""
                insert into qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, instance_name,
                  fired_time, sched_time, priority, state, job_name, job_group, is_nonconcurrent, requests_recovery)
                values ('posthaste', 'old:1.1', 'j1', 'q1', 'old', 1, 1, 5, 'GATED', 'deliver', 'one-shots', false, true)
                """);
        database.execute("delete from databasechangelog where id = '0005-claims'");
        database.execute("comment on table databasechangelog is 'sha256:another'");

        Migrations.run(database.target());

        assertThat(database.number("select count(*) from pg_indexes where indexname = 'qrtz_fired_one_shots_group'"))
                .isOne();
        assertThat(database.number("select count(*) from qrtz_fired_triggers")).isZero();
        assertThat(database.number(
                        "select sum(remaining) from qrtz_fired_one_shots where counted and instance_name = 'old'"))
                .isOne();
    }
}
