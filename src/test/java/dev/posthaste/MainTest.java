package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MainTest {
    @Test
    void helpOfACommandIsAskedForInEitherWay() {
        assertThat(Main.spelt("help")).containsExactly("--help");
        assertThat(Main.spelt("help", "server")).containsExactly("server", "--help");
        assertThat(Main.spelt("job", "help")).containsExactly("job", "help");
        assertThat(Main.spelt()).isEmpty();
    }

    /** One that is missing there would be taken for a command of the terminal, which knows none of that name. */
    @Test
    void everyCommandOfTheServerIsKnownByItsName() {
        Bootstrap<PosthasteConfiguration> bootstrap = new Bootstrap<>(new Posthaste());
        new Posthaste().addDefaultCommands(bootstrap);

        assertThat(bootstrap.getCommands().stream().map(Command::getName).collect(Collectors.toSet()))
                .isEqualTo(ServerCommands.names());
    }
}
