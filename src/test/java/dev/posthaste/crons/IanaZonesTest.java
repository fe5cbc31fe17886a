package dev.posthaste.crons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IanaZonesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "EST5EDT", "Asia/Kolkata"
            })
    void namesOfTheDatabaseAreZones(String name) throws UnknownZoneException {
        assertThat(IanaZones.parse(name).getId()).isEqualTo(name);
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
