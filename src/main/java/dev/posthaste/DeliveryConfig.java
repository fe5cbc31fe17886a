package dev.posthaste;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.httpclient.AnswerLimits;
import dev.posthaste.httpclient.EgressProxy;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.DataSizeUnit;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDataSize;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The {@code delivery} part of the configuration; {@code docs/operations.md} explains each setting. */
public final class DeliveryConfig {
    private static final java.time.Duration MAX_LEASE = java.time.Duration.ofMinutes(5);

    /** A busy machine answers late. */
    private static final java.time.Duration MIN_PATIENCE = java.time.Duration.ofSeconds(2);

    @JsonProperty
    @Min(1)
    @Max(65_536)
    private int slots = 1_024;

    @JsonProperty
    @NotNull
    @MinDataSize(0)
    @MaxDataSize(16_777_216)
    private DataSize maxResponseBytes = DataSize.kibibytes(64);

    @JsonProperty
    @NotNull
    @MinDataSize(value = 1, unit = DataSizeUnit.KIBIBYTES)
    @MaxDataSize(value = 128, unit = DataSizeUnit.KIBIBYTES)
    private DataSize maxResponseHeadBytes = DataSize.kibibytes(64);

    @JsonProperty
    @NotNull
    private String egressAllow = "";

    @JsonProperty
    @NotNull
    private String proxy = "";

    @JsonProperty
    @NotNull
    @MaxDuration(value = 1, unit = TimeUnit.DAYS)
    private Duration stopWithin = Duration.seconds(20);

    @JsonProperty
    @NotNull
    @MaxDuration(value = 10, unit = TimeUnit.MINUTES)
    private Duration announceStop = Duration.seconds(2);

    @JsonProperty
    @NotNull
    @MinDuration(value = 200, unit = TimeUnit.MILLISECONDS)
    private Duration checkIn = Duration.seconds(1);

    @JsonProperty
    @NotNull
    @MinDuration(value = 1)
    private Duration lease = Duration.seconds(8);

    /** Two check-ins may get lost, on a busy machine, before others take this node for dead. */
    @ValidationMethod(message = "delivery: lease must be at least three times checkIn, and at most 5 minutes")
    public boolean isLeaseLongEnough() {
        return lease().compareTo(checkIn().multipliedBy(3)) >= 0 && lease().compareTo(MAX_LEASE) <= 0;
    }

    /** Found out before anything is opened. */
    @ValidationMethod(message = "delivery: egressAllow must be networks such as 10.20.0.0/16, separated by commas")
    public boolean isEgressAllowReadable() {
        try {
            return EgressRules.parseAllowed(egressAllow) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Found out before anything is opened. The value is not shown: it may hold a password. */
    @ValidationMethod(message = "delivery: proxy must be http://host:port, or http://user:password@host:port")
    public boolean isProxyReadable() {
        try {
            return proxy.isBlank() || EgressProxy.parse(proxy) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Callbacks in flight on this node at the same time: slots of their own, which deliveries do not take. */
    public int callbackSlots() {
        return Math.max(4, slots / 4);
    }

    /** Messages about alerts in flight on this node at the same time, likewise. */
    public int alertSlots() {
        return Math.max(4, slots / 16);
    }

    /** Pings looked for at the same time: a moment of the database each, and the deliveries' slots are not for them. */
    public int heartbeatSlots() {
        return Math.max(4, slots / 64);
    }

    /** Firings of any kind on this node at the same time. */
    public int allSlots() {
        return slots() + callbackSlots() + heartbeatSlots() + alertSlots();
    }

    /** Deliveries in flight on this node at the same time. */
    public int slots() {
        return slots;
    }

    /** How much of an answer is taken. */
    public AnswerLimits answers() {
        return new AnswerLimits((int) maxResponseHeadBytes.toBytes(), (int) maxResponseBytes.toBytes());
    }

    /** Through which everything is sent; null for none. */
    public @Nullable EgressProxy proxy() {
        return proxy.isBlank() ? null : EgressProxy.parse(proxy);
    }

    /** Private networks that jobs may reach, as comma-separated CIDRs. */
    public String egressAllow() {
        return egressAllow;
    }

    /** How long a stopping node waits for what is in flight. */
    public java.time.Duration stopWithin() {
        return stopWithin.toJavaDuration();
    }

    /** How long a stopping node tells that it is not ready, and answers calls all the same. */
    public java.time.Duration announceStop() {
        return announceStop.toJavaDuration();
    }

    /** How often a node tells the others that it is alive. */
    public java.time.Duration checkIn() {
        return checkIn.toJavaDuration();
    }

    /** Without a check-in for so long a node counts as dead. */
    public java.time.Duration lease() {
        return lease.toJavaDuration();
    }

    /** How long a check-in waits for an answer while its connection is opened or looked at; its transactions wait longer. */
    public java.time.Duration checkInPatience() {
        java.time.Duration quarter = lease().dividedBy(4);
        return quarter.compareTo(MIN_PATIENCE) < 0 ? MIN_PATIENCE : quarter;
    }
}
