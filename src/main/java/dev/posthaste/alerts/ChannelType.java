package dev.posthaste.alerts;

import dev.posthaste.contract.ContractName;

/** How a channel is spoken to. */
public enum ChannelType implements ContractName {
    /** A signed JSON object to a URL of the user. */
    WEBHOOK,
    /** Slack's incoming webhooks, and what understands the same. */
    SLACK,
    /** Discord's webhooks. */
    DISCORD,
    /** A mail, by the operator's server. */
    EMAIL;

    /** Whether its target is a capability: whoever knows it may post there. */
    public boolean isTargetSecret() {
        return this == SLACK || this == DISCORD;
    }
}
