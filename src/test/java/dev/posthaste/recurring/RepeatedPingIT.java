package dev.posthaste.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class RepeatedPingIT {
    /** A ping comes once: whoever sends it does not ask again. */
    @Test
    void aPingThatMetAnotherTransactionIsTakenAllTheSame() throws Exception {
        try (CronsOnDatabase crons = new CronsOnDatabase()) {
            PingSecret secret =
                    Objects.requireNonNull(crons.makeHeartbeat("@yearly", 90).pingSecret());
            crons.database.execute("""
                    create sequence tries;
                    create function fall() returns trigger language plpgsql as
                      $$ begin
                        if nextval('tries') = 1 then
                          raise exception using errcode = '40P01';
                        end if;
                        return new;
                      end $$;
                    create trigger fall before update on crons for each row execute function fall()
                    """);

            assertThat(crons.recurring.pings().take(secret, false)).isTrue();

            assertThat(crons.database.number("select last_value from tries")).isEqualTo(2);
            assertThat(crons.database.number("select count(last_ping_at) from crons"))
                    .isOne();
        }
    }
}
