package dev.posthaste.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionRoomTest {
    private static final long MIB = 1024 * 1024;

    @ParameterizedTest
    @CsvSource({
        // What the database and requests in flight do not need of the descriptors,
        "4096, 1024, 2660, 64",
        // an eighth where those could take all,
        "1024, 1024, 128, 16",
        "400, 1024, 50, 16",
        // some all the same where there are hardly any,
        "64, 1024, 16, 16",
        // and never more than the heap can bear.
        "1048576, 256, 4096, 256",
        "9223372036854775807, 128, 2048, 256",
    })
    void callersHaveWhatOthersDoNotNeed(long files, long heapMib, int api, int admin) {
        assertThat(ConnectionRoom.of(files, heapMib * MIB, 28, 1_280, 8 * 1024))
                .isEqualTo(new ConnectionRoom(api, admin));
    }
}
