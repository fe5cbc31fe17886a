package dev.posthaste.teams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.audit.Actor;
import dev.posthaste.postgres.TestDatabase;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LastUsesIT {
    private final TestDatabase database = TestDatabase.fresh();
    private Instant now = Instant.parse("2026-04-10T14:10:00Z");
    private final LastUses uses = new LastUses(() -> now, new TokenDao());
    private long first;
    private long second;

    @BeforeEach
    void makeTokens() {
        Tokens tokens = new Tokens(Jdbi.create(database.dataSource()), new SecureRandom());
        NewToken wanted = new NewToken("n", Scopes.EVERY, null);
        first = tokens.create("default", wanted, Actor.SERVER).entry().id();
        second = tokens.create("default", wanted, Actor.SERVER).entry().id();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void eachTokenHasTheInstantOfItsOwnLastUse() throws SQLException {
        uses.note(second);
        now = now.plusSeconds(5);
        uses.note(first);
        uses.note(Long.MAX_VALUE);

        write(uses);

        assertThat(lastUsed(first)).isEqualTo("2026-04-10 14:10:05");
        assertThat(lastUsed(second)).isEqualTo("2026-04-10 14:10:00");
    }

    @Test
    void aTokenIsWrittenOnceAMinuteByHoweverManyNodes() throws SQLException {
        LastUses otherNode = new LastUses(() -> now, new TokenDao());
        database.execute("""
                create table writes (at timestamptz);
                create function note() returns trigger language plpgsql
                  as $$ begin insert into writes values (new.last_used_at); return new; end $$;
                create trigger note after update on api_tokens for each row execute function note()
                """);
        for (int i = 0; i < 13; i++) {
            uses.note(first);
            write(uses);
            if (i >= 3) {
                otherNode.note(first);
                write(otherNode);
            }
            now = now.plusSeconds(10);
        }

        assertThat(lastUsed(first)).isEqualTo("2026-04-10 14:12:00");
        assertThat(database.number("select count(*) from writes")).isEqualTo(3);
    }

    @Test
    void whatIsOlderThanWhatAnotherNodeHasWrittenChangesNothing() throws SQLException {
        LastUses otherNode = new LastUses(() -> now.plus(Duration.ofMinutes(5)), new TokenDao());
        uses.note(first);
        otherNode.note(first);
        write(otherNode);

        write(uses);

        assertThat(lastUsed(first)).isEqualTo("2026-04-10 14:15:00");
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenNextTime() throws SQLException {
        uses.note(first);
        database.execute("alter table api_tokens rename to away");
        assertThatThrownBy(() -> write(uses)).isInstanceOf(SQLException.class);
        database.execute("alter table away rename to api_tokens");

        write(uses);

        assertThat(lastUsed(first)).isEqualTo("2026-04-10 14:10:00");
    }

    @Test
    void aTokenThatIsUsedNoMoreIsForgotten() throws SQLException {
        uses.note(first);
        write(uses);
        assertThat(uses.size()).isOne();

        now = now.plus(Duration.ofMinutes(3));
        write(uses);

        assertThat(uses.size()).isZero();
    }

    private void write(LastUses noted) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            noted.write(connection);
        }
    }

    private String lastUsed(long id) throws SQLException {
        return database.text("select (last_used_at at time zone 'UTC')::text from api_tokens where id = " + id);
    }
}
