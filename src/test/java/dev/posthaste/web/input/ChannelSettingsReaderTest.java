package dev.posthaste.web.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.alerts.ChannelType;
import dev.posthaste.web.http.ApiException;
import org.junit.jupiter.api.Test;

class ChannelSettingsReaderTest {
    private static final String MAIL = "{\"type\": \"email\", \"to\": \"ops@example.com\"}";

    /** Else its alerts would be found unsent when they are needed. */
    @Test
    void whereThereIsNoMailServerNobodyIsToldByMail() {
        assertThatThrownBy(() -> new ChannelSettingsReader(new JsonDocument(), false).ofNew(MAIL))
                .isInstanceOf(ApiException.class)
                .hasMessage("This server sends no mail: its operator has not set alerts.smtp.");
        assertThat(new ChannelSettingsReader(new JsonDocument(), true)
                        .ofNew(MAIL)
                        .type())
                .isEqualTo(ChannelType.EMAIL);
    }
}
