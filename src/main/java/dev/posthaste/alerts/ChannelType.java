package dev.posthaste.alerts;

import dev.posthaste.contract.ContractName;
import dev.posthaste.oneshots.Gate;
import java.util.regex.Pattern;

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

    /** A team's twenty channels take fewer than the slots for alerts of a node with 1,024 for deliveries. */
    private static final int MAX_AT_ONCE = 3;

    private static final Pattern UNVERSIONED =
            Pattern.compile("^(https://(?:[a-z]+\\.)?discord(?:app)?\\.com/api)(/webhooks/)", Pattern.CASE_INSENSITIVE);

    /** Whether its target is a capability: whoever knows it may post there. */
    public boolean isTargetSecret() {
        return isChat();
    }

    /**
     * How fast messages may leave for one. Slack and Discord let about one a second through, answer 429 to the rest, and
     * switch a webhook off that goes on: a hundred crons that fail together would be told of a few. A few of one channel at
     * the same time, so that a team's that hang leave slots to others.
     */
    Gate gate() {
        return new Gate(false, MAX_AT_ONCE, isChat() ? 1 : null);
    }

    /**
     * Where its messages are sent. An address of Discord's without a version means one that is out of use, whose {@code
     * Retry-After} is in milliseconds (discord-api-docs issue 1454).
     */
    public String postedTo(String target) {
        return this == DISCORD ? UNVERSIONED.matcher(target).replaceFirst("$1/v10$2") : target;
    }

    private boolean isChat() {
        return this == SLACK || this == DISCORD;
    }
}
