package dev.posthaste.alerts;

import dev.posthaste.contract.ContractName;
import dev.posthaste.oneshots.Gate;

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
        return isChat();
    }

    /**
     * How fast messages may leave for one. Slack and Discord let about one a second through, answer 429 to the rest, and
     * switch a webhook off that goes on: a hundred crons that fail together would be told of a few.
     */
    Gate gate() {
        return isChat() ? new Gate(false, null, 1) : Gate.OPEN;
    }

    private boolean isChat() {
        return this == SLACK || this == DISCORD;
    }
}
