package dev.posthaste.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressRulesTest {
    private final EgressRules strict = new EgressRules(List.of(), Set.of(8080), List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.100.100.200",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.0.1",
                "169.254.169.254",
                "169.254.170.2",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.0.192",
                "192.0.2.1",
                "192.31.196.1",
                "192.52.193.1",
                "192.88.99.1",
                "192.168.0.1",
                "192.168.255.255",
                "192.175.48.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.200",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "::10.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:db8::1",
                "2001:10::1",
                "2002:a00:1::1",
                "2620:4f:8000::1",
                "3fff::1",
                "4000::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fdff::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "ff0e::1"
            })
    void aSpecialAddressIsRefused(String address) throws UnknownHostException {
        assertThat(strict.refusal(InetAddress.getByName(address), 443)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.1",
                "100.63.255.255",
                "100.128.0.1",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "169.255.0.1",
                "172.15.255.255",
                "172.32.0.1",
                "192.0.1.1",
                "192.167.255.255",
                "192.169.0.1",
                "198.17.255.255",
                "198.20.0.1",
                "223.255.255.255",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2606:4700:4700::1111",
                "2a00:1450::1",
                "3ffe::1"
            })
    void aPublicAddressIsNot(String address) throws UnknownHostException {
        assertThat(strict.refusal(InetAddress.getByName(address), 443)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "169.254.169.254, a cloud's metadata service",
        "169.254.170.2, a cloud's metadata service",
        "100.100.100.200, a cloud's metadata service",
        "192.0.0.192, a cloud's metadata service",
        "fd00:ec2::254, a cloud's metadata service",
        "168.63.129.16, a cloud's platform service",
        "169.254.1.1, link-local (RFC 3927)",
        "::1, loopback (RFC 4291)",
        "::, unspecified (RFC 4291)",
        "64:ff9b::1, IPv4 translated (RFC 6052)",
        "64:ff9b:1::1, IPv4 translated (RFC 8215)",
        "fd12::1, private (RFC 4193)",
        "fe80::1, link-local (RFC 4291)",
        "ff02::1, multicast (RFC 4291)",
        "4000::1, not global unicast (RFC 4291)"
    })
    void whyAnAddressIsRefusedSaysWhatItIsFor(String address, String purpose) throws UnknownHostException {
        assertThat(strict.refusal(InetAddress.getByName(address), 443))
                .hasValueSatisfying(why -> assertThat(why).contains("is not public: " + purpose + "."));
    }

    @Test
    void aBlockThatTheOperatorNamedIsPermitted() throws UnknownHostException {
        EgressRules rules = new EgressRules(
                EgressRules.parseAllowed(" 10.20.0.0/16 , ,fd00:1::/32,127.0.0.1"), Set.of(), List.of());

        assertThat(rules.refusal(InetAddress.getByName("10.20.3.4"), 80)).isEmpty();
        assertThat(rules.refusal(InetAddress.getByName("::ffff:10.20.3.4"), 80)).isEmpty();
        assertThat(rules.refusal(InetAddress.getByName("fd00:1::5"), 80)).isEmpty();
        assertThat(rules.refusal(InetAddress.getByName("127.0.0.1"), 80)).isEmpty();
        assertThat(rules.refusal(InetAddress.getByName("127.0.0.2"), 80)).isPresent();
        assertThat(rules.refusal(InetAddress.getByName("10.21.0.1"), 80))
                .hasValueSatisfying(why -> assertThat(why).contains("10.21.0.1", "RFC 1918", "POSTHASTE_EGRESS_ALLOW"));
    }

    @Test
    void theServersOwnPortsAreRefusedWhateverIsPermitted() throws UnknownHostException {
        EgressRules rules = new EgressRules(EgressRules.parseAllowed("0.0.0.0/0,::/0"), Set.of(8080, 8081), List.of());

        assertThat(rules.refusal(InetAddress.getByName("127.0.0.1"), 8080)).isPresent();
        assertThat(rules.refusal(InetAddress.getByName("127.9.9.9"), 8081)).isPresent();
        assertThat(rules.refusal(InetAddress.getByName("0.0.0.0"), 8080)).isPresent();
        assertThat(rules.refusal(InetAddress.getByName("::1"), 8080)).isPresent();
        assertThat(rules.refusal(InetAddress.getByName("127.0.0.1"), 9000)).isEmpty();
        assertThat(rules.refusal(InetAddress.getByName("8.8.8.8"), 8080)).isEmpty();
    }

    @Test
    void everyAddressOfThisMachineIsTheServersOwn() throws SocketException {
        EgressRules rules = new EgressRules(EgressRules.parseAllowed("0.0.0.0/0,::/0"), Set.of(8080), List.of());

        assertThat(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses))
                .isNotEmpty()
                .allSatisfy(own -> assertThat(rules.refusal(own, 8080)).isPresent());
    }

    @Test
    void theDatabaseIsRefusedWhateverIsPermitted() throws UnknownHostException {
        EgressRules rules = new EgressRules(
                EgressRules.parseAllowed("0.0.0.0/0,::/0"),
                Set.of(),
                List.of(
                        InetSocketAddress.createUnresolved("127.0.0.1", 5432),
                        InetSocketAddress.createUnresolved("10.1.2.3", 6432)));

        assertThat(rules.refusal(InetAddress.getByName("127.0.0.1"), 5432)).isPresent();
        assertThat(rules.refusal(InetAddress.getByName("::1"), 5432)).isPresent();
        assertThat(rules.refusal(InetAddress.getByName("10.1.2.3"), 6432)).isPresent();
        assertThat(rules.refusal(InetAddress.getByName("10.1.2.3"), 5432)).isEmpty();
        assertThat(rules.refusal(InetAddress.getByName("10.1.2.4"), 6432)).isEmpty();
    }

    /** It may be at any address: its port is refused everywhere until it is found again. */
    @Test
    void aDatabaseThatCannotBeFoundJustNowIsRefusedAtEveryAddress() throws UnknownHostException {
        EgressRules rules = new EgressRules(
                EgressRules.parseAllowed("0.0.0.0/0"),
                Set.of(),
                List.of(InetSocketAddress.createUnresolved("nowhere.invalid", 5432)));

        assertThat(rules.refusal(InetAddress.getByName("10.1.2.3"), 5432)).isPresent();
        assertThat(rules.refusal(InetAddress.getByName("8.8.8.8"), 5432)).isPresent();
        assertThat(rules.refusal(InetAddress.getByName("10.1.2.3"), 80)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/33", "10.0.0/8", "example.com", "10.0.0.0/-1", "10.0.0.0/x", "fd00::/129", "/8", "1"})
    void aListWithGarbageInItIsRefusedByNamingIt(String garbage) {
        assertThatThrownBy(() -> EgressRules.parseAllowed("127.0.0.0/8," + garbage))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + garbage + "\"");
    }
}
