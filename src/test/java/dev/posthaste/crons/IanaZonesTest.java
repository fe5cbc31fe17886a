package dev.posthaste.crons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IanaZonesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "EST5EDT", "Asia/Kolkata"
            })
    void namesOfTheDatabaseAreZones(String name) throws UnknownZoneException {
        assertThat(IanaZones.parse(name).getId()).isEqualTo(name);
    }

    /** They are names of tzdb, and Java 17 does not know them. */
    @ParameterizedTest
    @CsvSource({"EST, -5", "MST, -7", "HST, -10"})
    void namesOfTheAmericasWithoutDaylightSavingAreZones(String name, int hours) throws UnknownZoneException {
        for (String day : new String[] {"2026-01-15T12:00:00Z", "2026-07-15T12:00:00Z"}) {
            assertThat(IanaZones.parse(name).getRules().getOffset(Instant.parse(day)))
                    .isEqualTo(ZoneOffset.ofHours(hours));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+02:00",
                "Z",
                "z",
                "UTC+2",
                "GMT+02:00",
                "UT+1",
                "europe/berlin",
                "Europe/Berlin ",
                "Mars/Base",
                "PST8",
                "IST",
                "SystemV/EST5",
                "",
                "+",
                "../UTC",
                "Europe/\ud800"
            })
    void offsetsAndOtherNamesAreNone(String name) {
        assertThatThrownBy(() -> IanaZones.parse(name))
                .isInstanceOf(UnknownZoneException.class)
                .hasMessage("The timezone field must be the IANA name of a time zone, such as UTC or Europe/Berlin.");
    }
}
