package dev.posthaste.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.9.8.7/8, 10.0.0.0/8",
        "10.9.8.7/20, 10.9.0.0/20",
        "10.9.8.7, 10.9.8.7/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "fd00:1::5/32, fd00:1:0:0:0:0:0:0/32",
        "::1, 0:0:0:0:0:0:0:1/128"
    })
    void aBlockIsNamedByItsFirstAddress(String text, String name) {
        assertThat(Cidr.parse(text)).hasToString(name);
    }

    @ParameterizedTest
    @CsvSource({
        "10.9.0.0/20, 10.9.15.255, true",
        "10.9.0.0/20, 10.9.16.0, false",
        "10.9.0.0/20, 10.8.255.255, false",
        "10.9.8.7/32, 10.9.8.7, true",
        "10.9.8.7/31, 10.9.8.6, true",
        "10.9.8.7/32, 10.9.8.6, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "::/0, 10.0.0.1, false",
        "10.0.0.0/8, ::ffff:10.0.0.1, true"
    })
    void aBlockHoldsTheAddressesThatBeginAlike(String block, String address, boolean isIn) throws UnknownHostException {
        assertThat(Cidr.parse(block).contains(InetAddress.getByName(address))).isEqualTo(isIn);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "::/129",
                "10.0.0/8",
                "10.0.0.256/8",
                "name/8",
                "localhost",
                "1:2:3/8",
                "10.0.0.0/8/8",
                "1234567890"
            })
    void whatIsNoneIsNamed(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining('"' + text + '"');
    }

    @Test
    void blocksAreEqualByWhatTheyHold() {
        Cidr block = Cidr.parse("10.9.8.7/8");

        assertThat(block).isEqualTo(Cidr.parse("10.0.0.0/8")).hasSameHashCodeAs(Cidr.parse("10.0.0.0/8"));
        assertThat(block).isNotEqualTo(Cidr.parse("10.0.0.0/9")).isNotEqualTo(Cidr.parse("11.0.0.0/8"));
        assertThat(block.hashCode()).isNotEqualTo(Cidr.parse("10.0.0.0/9").hashCode());
        assertThat(block.hashCode()).isNotEqualTo(Cidr.parse("11.0.0.0/8").hashCode());
    }
}
