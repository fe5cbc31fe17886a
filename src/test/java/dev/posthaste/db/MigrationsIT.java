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
        database.execute("drop index qrtz_fired_triggers_group");
        database.execute("delete from databasechangelog where id = '0003-one-row'");
        database.execute("comment on table databasechangelog is 'sha256:another'");

        Migrations.run(database.target());

        assertThat(database.number("select count(*) from pg_indexes where indexname = 'qrtz_fired_triggers_group'"))
                .isOne();
    }
}
