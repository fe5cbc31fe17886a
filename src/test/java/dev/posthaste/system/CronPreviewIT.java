package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An expression is told in words and instants before it is a cron's, or what is wrong with it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CronPreviewIT {
    private static final String TEN_INSTANTS = "\\{\"description\":\"[^\"]+\",\"next\":\\["
            + "(\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:00\\+00:00\",?){10}]}";

    private ServerInside server;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        server = new ServerInside();
        api = new Api(server.port(), ServerProcess.TOKEN);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void theNextTenFiresAreToldFromNowOn() {
        Instant before = Instant.now();
        HttpResponse<String> answer = preview("expression", "*/5 * * * *");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .startsWith("{\"description\":\"Every 5 minutes\",")
                .matches(TEN_INSTANTS);
        List<Instant> next = next(answer);
        assertThat(next.get(0)).isBetween(before.minusSeconds(1), before.plus(Duration.ofMinutes(6)));
        for (int i = 1; i < next.size(); i++) {
            assertThat(next.get(i)).isEqualTo(next.get(i - 1).plus(Duration.ofMinutes(5)));
        }
    }

    @Test
    void theZoneIsTheOneThatIsNamedOrUtc() {
        for (Instant fire : next(preview("expression", "30 9 * * MON-FRI", "timezone", "Asia/Kolkata"))) {
            ZonedDateTime there = fire.atZone(ZoneId.of("Asia/Kolkata"));
            assertThat(there.toLocalTime()).hasToString("09:30");
            assertThat(there.getDayOfWeek()).isNotIn(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
        }
        String inUtc = preview("expression", "@daily").body();
        assertThat(inUtc).contains("T00:00:00+00:00").contains("\"At 00:00 every day\"");
        assertThat(preview("expression", "@daily", "timezone", "UTC").body()).isEqualTo(inUtc);
        assertThat(preview("expression", "@daily", "timezone", " ").body()).isEqualTo(inUtc);
    }

    @Test
    void whatComesSeldomHasTenNextFiresToo() {
        assertThat(preview("expression", "0 0 29 2 */7").body()).matches(TEN_INSTANTS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|A cron expression is required.",
                "61 * * * *|The cron expression is invalid: in the minute field, 61 is not between 0 and 59.",
                "0 0 30 2 *|The cron expression is invalid: it can never fire, because no month of the month field (2) has"
                        + " a day of the day of month field (30).",
            })
    void whatIsWrongWithAnExpressionIsTold(String expression, String sentence) {
        HttpResponse<String> answer = preview("expression", expression);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body())
                .isEqualTo("{\"message\":\"" + sentence + "\",\"errors\":{\"expression\":[\"" + sentence + "\"]}}");
    }

    @Test
    void everythingThatIsWrongIsTold() {
        HttpResponse<String> answer = preview("timezone", "+02:00");

        String zone = "The timezone field must be the IANA name of a time zone, such as UTC or Europe/Berlin.";
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body())
                .isEqualTo("{\"message\":\"" + zone + " (and 1 more error)\",\"errors\":{\"timezone\":[\"" + zone
                        + "\"],\"expression\":[\"A cron expression is required.\"]}}");
    }

    @Test
    void whatAZoneAlwaysSkipsIsRefusedForIt() {
        assertThat(preview("expression", "*/5 2 28 3 */7", "timezone", "Europe/Berlin")
                        .statusCode())
                .isEqualTo(422);
        assertThat(preview("expression", "*/5 2 28 3 */7").statusCode()).isEqualTo(200);
    }

    @Test
    void aCharacterThatNoExpressionHasComesBackByItsNumberOnly() {
        HttpResponse<String> answer = preview("expression", "\u0000<script> * * * *");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("a character that none has, U+0000.").doesNotContain("script");
    }

    private HttpResponse<String> preview(String... namesAndValues) {
        List<String> query = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            query.add(namesAndValues[i] + "=" + URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
        }
        return api.get("/api/crons/preview?" + String.join("&", query));
    }

    private static List<Instant> next(HttpResponse<String> answer) {
        List<Instant> next = new ArrayList<>();
        for (JsonNode fire : Api.json(answer).get("next")) {
            next.add(OffsetDateTime.parse(fire.asText()).toInstant());
        }
        return next;
    }
}
