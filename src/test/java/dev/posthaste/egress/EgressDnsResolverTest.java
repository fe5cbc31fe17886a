package dev.posthaste.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EgressDnsResolverTest {
    private static final EgressRules RULES = new EgressRules(List.of(), Set.of(), List.of());
    private static final long OWNER = 1;
    private static final Duration AMPLE = Duration.ofSeconds(10);

    @Test
    void onlyThePermittedAddressesOfAHostAreLeftInTheirOrder() throws UnknownHostException {
        EgressDnsResolver resolver = resolver(addresses("8.8.8.8", "10.0.0.1", "1.1.1.1"));

        assertThat(resolver.resolve("some.example", 443, OWNER, AMPLE))
                .containsExactly(InetAddress.getByName("8.8.8.8"), InetAddress.getByName("1.1.1.1"));
    }

    @Test
    void aHostWithNoPermittedAddressIsRefused() throws UnknownHostException {
        EgressDnsResolver resolver = resolver(addresses("10.0.0.1", "127.0.0.1"));

        assertThatThrownBy(() -> resolver.resolve("rebound.example", 80, OWNER, AMPLE))
                .isInstanceOf(BlockedAddressException.class)
                .hasMessageContaining("10.0.0.1");
    }

    @Test
    void aLiteralAddressIsHeldToTheRulesToo() {
        EgressDnsResolver resolver = resolver(InetAddress::getAllByName);

        assertThatThrownBy(() -> resolver.resolve("169.254.169.254", 80, OWNER, AMPLE))
                .isInstanceOf(BlockedAddressException.class);
        assertThatThrownBy(() -> resolver.resolve("::1", 80, OWNER, AMPLE)).isInstanceOf(BlockedAddressException.class);
    }

    private static EgressDnsResolver resolver(HostLookup lookup) {
        return new EgressDnsResolver(RULES, lookup);
    }

    private static HostLookup addresses(String... literals) throws UnknownHostException {
        InetAddress[] addresses = new InetAddress[literals.length];
        for (int i = 0; i < literals.length; i++) {
            addresses[i] = InetAddress.getByName(literals[i]);
        }
        return host -> addresses;
    }
}
