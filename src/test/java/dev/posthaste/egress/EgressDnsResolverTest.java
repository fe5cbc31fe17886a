package dev.posthaste.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EgressDnsResolverTest {
    private static final EgressRules RULES = new EgressRules(List.of(), Set.of(), List.of());

    @Test
    void onlyThePermittedAddressesOfAHostAreLeftInTheirOrder() throws UnknownHostException {
        EgressDnsResolver resolver = resolver(addresses("8.8.8.8", "10.0.0.1", "1.1.1.1"));

        assertThat(resolver.resolve("some.example", 443))
                .containsExactly(new InetSocketAddress("8.8.8.8", 443), new InetSocketAddress("1.1.1.1", 443));
        assertThat(resolver.resolve("some.example")).hasSize(2);
    }

    @Test
    void aHostWithNoPermittedAddressIsRefused() throws UnknownHostException {
        EgressDnsResolver resolver = resolver(addresses("10.0.0.1", "127.0.0.1"));

        assertThatThrownBy(() -> resolver.resolve("rebound.example", 80))
                .isInstanceOf(BlockedAddressException.class)
                .hasMessageContaining("10.0.0.1");
        assertThatThrownBy(() -> resolver.resolve("rebound.example")).isInstanceOf(BlockedAddressException.class);
    }

    @Test
    void aLiteralAddressIsHeldToTheRulesToo() {
        EgressDnsResolver resolver = resolver(InetAddress::getAllByName);

        assertThatThrownBy(() -> resolver.resolve("169.254.169.254", 80)).isInstanceOf(BlockedAddressException.class);
        assertThatThrownBy(() -> resolver.resolve("::1", 80)).isInstanceOf(BlockedAddressException.class);
    }

    @Test
    void aLookupThatHangsIsWaitedForOnlyAsLongAsTheExchangeMayTake() {
        CountDownLatch never = new CountDownLatch(1);
        HostLookup hanging = host -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(host);
        };
        try (EgressDnsResolver resolver = new EgressDnsResolver(RULES, hanging, () -> Duration.ofMillis(50))) {
            assertThatThrownBy(() -> resolver.resolve("slow.example", 80))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("in time");
        }
    }

    private static EgressDnsResolver resolver(HostLookup lookup) {
        return new EgressDnsResolver(RULES, lookup, () -> Duration.ofSeconds(10));
    }

    private static HostLookup addresses(String... literals) throws UnknownHostException {
        InetAddress[] addresses = new InetAddress[literals.length];
        for (int i = 0; i < literals.length; i++) {
            addresses[i] = InetAddress.getByName(literals[i]);
        }
        return host -> addresses;
    }
}
