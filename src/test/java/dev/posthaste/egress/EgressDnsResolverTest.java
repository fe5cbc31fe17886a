package dev.posthaste.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({
        "9.0.0.9, true",
        "2001:4860::8888, true",
        "a.example, false",
        "1.example, false",
        "9.9.9.9x, false",
        "1/2, false"
    })
    void onlyALiteralNeedsNoThreadOfItsOwn(String host, boolean isLiteral) throws UnknownHostException {
        AtomicReference<Thread> asked = new AtomicReference<>();
        InetAddress[] found = {InetAddress.getByName("8.8.8.8")};
        try (EgressDnsResolver resolver = resolver(any -> {
            asked.set(Thread.currentThread());
            return found;
        })) {
            resolver.resolve(host, 443, OWNER, AMPLE);
        }

        assertThat(asked.get() == Thread.currentThread()).isEqualTo(isLiteral);
    }

    @Test
    void nothingIsLookedUpAfterTheEnd() throws UnknownHostException {
        EgressDnsResolver resolver = resolver(addresses("8.8.8.8"));
        resolver.close();

        assertThatThrownBy(() -> resolver.resolve("some.example", 443, OWNER, AMPLE))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void aHostWithoutAnAddressIsUnknown() throws UnknownHostException {
        EgressDnsResolver resolver = resolver(addresses());

        assertThatThrownBy(() -> resolver.resolve("none.example", 443, OWNER, AMPLE))
                .isExactlyInstanceOf(UnknownHostException.class);
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
