package dev.posthaste.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressLimitTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8:0:1::1, 2001:db8:0:1:ffff::2, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
    })
    void whoHasOneAddressOfANetworkOfIpv6HasAll(String one, String other, boolean isSame) throws UnknownHostException {
        assertThat(AddressLimit.network(InetAddress.getByName(one))
                        .equals(AddressLimit.network(InetAddress.getByName(other))))
                .isEqualTo(isSame);
    }
}
