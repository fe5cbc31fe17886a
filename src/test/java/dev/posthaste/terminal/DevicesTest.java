package dev.posthaste.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DevicesTest {
    @Test
    void theLauncherTellsWhichStreamsAreATerminal() {
        assertThat(Devices.of("02", "120")).isEqualTo(new Devices(true, false, true, 120));
        assertThat(Devices.of("", "")).isEqualTo(new Devices(false, false, false, 0));
    }

    @Test
    void aWidthThatIsNoneIsNotKnown() {
        for (String odd : new String[] {"0", "-5", "x", "99999", "080"}) {
            assertThat(Devices.of("1", odd).columns()).isZero();
        }
    }
}
