package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortTest {
    /** A server that was given one port for its calls and the same for its admin port does not start. */
    @Test
    void noPortIsGivenTwice() throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            ports.add(FreePort.find());
        }

        assertThat(ports).doesNotHaveDuplicates();
    }
}
