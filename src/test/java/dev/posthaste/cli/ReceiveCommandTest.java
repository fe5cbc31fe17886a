package dev.posthaste.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.Posthaste;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import net.sourceforge.argparse4j.ArgumentParsers;
import net.sourceforge.argparse4j.inf.ArgumentParserException;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrongly accepted would receive for ever. */
@Timeout(30)
class ReceiveCommandTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --port=99999  | --port must be from 0 to 65535, not 99999.
            --port=-1     | --port must be from 0 to 65535, not -1.
            --status=100  | --status must be from 200 to 599, not 100.
            --delay=-1    | --delay must be from 0 to 3600, not -1.
            --bind=nowhere.invalid | The receiver cannot listen on nowhere.invalid:9000: the name cannot be resolved. \
            Choose an address of this machine, or 0.0.0.0 for all of them (--bind).
            """)
    void whatCannotBeIsToldInASentence(String argument, String sentence) {
        assertThatThrownBy(() -> receive(argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void aPortThatIsTakenIsToldInASentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> receive("--port=" + taken.getLocalPort()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The receiver cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": another program does. Stop that one, or choose another port (--port).");
        }
    }

    private static void receive(String argument) throws Exception {
        ReceiveCommand command = new ReceiveCommand();
        command.run(new Bootstrap<>(new Posthaste()), arguments(command, argument));
    }

    private static Namespace arguments(ReceiveCommand command, String argument) throws ArgumentParserException {
        Subparser parser =
                ArgumentParsers.newFor("posthaste").build().addSubparsers().addParser(command.getName());
        command.configure(parser);
        return parser.parseArgs(new String[] {argument});
    }
}
