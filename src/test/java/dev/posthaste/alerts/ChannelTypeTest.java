package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelTypeTest {
    @ParameterizedTest
    @CsvSource({
        "https://discord.com/api/webhooks/1/x, https://discord.com/api/v10/webhooks/1/x",
        "https://canary.discord.com/api/webhooks/1/x, https://canary.discord.com/api/v10/webhooks/1/x",
        "https://discordapp.com/api/webhooks/1/x?wait=true, https://discordapp.com/api/v10/webhooks/1/x?wait=true",
        "https://discord.com/api/v9/webhooks/1/x, https://discord.com/api/v9/webhooks/1/x",
        "https://discord.com.example/api/webhooks/1/x, https://discord.com.example/api/webhooks/1/x",
        "https://example.com/api/webhooks/1/x, https://example.com/api/webhooks/1/x",
    })
    void anAddressOfDiscordsHasTheVersionThatSaysItsPausesInSeconds(String given, String posted) {
        assertThat(ChannelType.DISCORD.postedTo(given)).isEqualTo(posted);
    }

    @Test
    void otherAddressesAreAsGiven() {
        String given = "https://discord.com/api/webhooks/1/x";

        assertThat(ChannelType.WEBHOOK.postedTo(given)).isEqualTo(given);
        assertThat(ChannelType.SLACK.postedTo(given + "/slack")).isEqualTo(given + "/slack");
    }

    @Test
    void twentyChannelsThatHangLeaveSlotsToOthers() {
        for (ChannelType type : ChannelType.values()) {
            assertThat(type.gate().maxInFlight()).isNotNull().isLessThan(64 / 20 + 1);
        }
    }
}
