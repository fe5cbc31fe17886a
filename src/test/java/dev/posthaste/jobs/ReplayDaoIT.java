package dev.posthaste.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplayDaoIT {
    private static final int REQUESTS = 120;

    private final TestDatabase database = TestDatabase.fresh();

    @AfterEach
    void close() {
        database.close();
    }

    /** A statement's time is bounded, and a thousand of the largest bodies are a gigabyte. */
    @Test
    void manyRequestsAreCopiedAFewAtATime() throws Exception {
        database.execute("""
                insert into requests (id, method, url, headers, timeout_seconds, retry_delays)
                  select n, 'POST', 'http://a.test/', '{}', 30, '{}' from generate_series(1, %d) as n;
                create table copies (rows bigint);
                create function note() returns trigger language plpgsql as
                  $$ begin insert into copies select count(*) from copied; return null; end $$;
                create trigger note after insert on requests referencing new table as copied
                  for each statement execute function note()
                """.formatted(REQUESTS));
        List<ReplayDao.Replay> replays = LongStream.rangeClosed(1, REQUESTS)
                .mapToObj(id -> new ReplayDao.Replay(id, id, 1_000 + id, 1_000 + id))
                .toList();

        Map<Long, Integer> weights;
        try (Connection connection = database.dataSource().getConnection()) {
            weights = new ReplayDao().copyRequests(connection, replays);
        }

        assertThat(weights).hasSize(REQUESTS);
        assertThat(database.number("select count(*) from requests where id > 1000"))
                .isEqualTo(REQUESTS);
        assertThat(database.number("select max(rows) from copies")).isLessThanOrEqualTo(50);
    }
}
