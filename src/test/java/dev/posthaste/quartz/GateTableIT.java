package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.db.TestDatabase;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GateTableIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final GateTable gates = new GateTable("posthaste");

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void twoWritersThatCountOutOfTheSameGatesBothCount() throws Exception {
        putUpGates();
        Map<String, Integer> ended = IntStream.rangeClosed(1, 50)
                .mapToObj(n -> "q" + n)
                .collect(Collectors.toMap(Function.identity(), n -> 2));

        database.meet(
                connection -> {
                    gates.giveBack(connection, ended);
                    return true;
                },
                connection -> {
                    gates.giveBack(connection, ended);
                    return true;
                });

        assertThat(database.number("select count(*) from qrtz_group_gates where in_flight = 6"))
                .isEqualTo(50);
    }

    private void putUpGates() throws SQLException {
        database.execute("""
                insert into qrtz_group_gates (sched_name, trigger_group, paused, max_in_flight, in_flight)
                select 'posthaste', 'q' || n, false, 20, 10 from generate_series(1, 5000) n;
                analyze qrtz_group_gates
                """);
    }
}
