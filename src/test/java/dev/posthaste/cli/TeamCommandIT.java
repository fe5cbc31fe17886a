package dev.posthaste.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.PosthasteConfiguration;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import net.sourceforge.argparse4j.ArgumentParsers;
import net.sourceforge.argparse4j.inf.ArgumentParserException;
import net.sourceforge.argparse4j.inf.Subparser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TeamCommandIT {
    private final DatabaseCommand<PosthasteConfiguration> team =
            new TeamCommand<>(PosthasteConfiguration.class, PosthasteConfiguration::database);
    private final DatabaseCommand<PosthasteConfiguration> token =
            new TokenCommand<>(PosthasteConfiguration.class, PosthasteConfiguration::database);

    private TestDatabase database;
    private OpenDatabase open;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
        Map<String, String> config = Map.of(
                "url", database.target().jdbcUrl(),
                "user", String.valueOf(database.target().user()),
                "password", String.valueOf(database.target().password()));
        open = OpenDatabase.forCommand(
                new ObjectMapper().convertValue(config, DatabaseConfig.class), new MetricRegistry());
    }

    @AfterEach
    void close() {
        open.close();
        database.close();
    }

    @Test
    void aTeamHasTokensOfItsOwn() throws Exception {
        run(team, "create", "--name", "billing");
        String secret =
                run(token, "create", "--team", "billing", "--name", "ci").strip();

        assertThat(secret).startsWith("pht_");
        assertThat(run(team, "list").lines().map(line -> line.split(" +", -1)[1] + " " + line.split(" +", -1)[2]))
                .containsExactly("NAME TOKENS", "default 0", "billing 1");
        assertThat(run(token, "list")).contains("billing", "ci").doesNotContain(secret);
    }

    @Test
    void twoTeamsOfOneNameAreRefused() throws Exception {
        run(team, "create", "--name", "billing");

        assertThatThrownBy(() -> run(team, "create", "--name", "billing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is a team billing already.");
        assertThatThrownBy(() -> run(token, "create", "--team", "nobody"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no team nobody.");
        assertThat(teams()).isEqualTo(2);
    }

    @Test
    void aNameThatNobodyCouldReadIsRefused() throws Exception {
        for (String name : new String[] {"", " ", "a\nb", "x".repeat(256)}) {
            assertThatThrownBy(() -> run(team, "create", "--name", name)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(teams()).isEqualTo(1);
    }

    private long teams() throws SQLException {
        return database.number("select count(*) from teams");
    }

    private String run(DatabaseCommand<?> command, String... arguments) throws ArgumentParserException {
        Subparser parser =
                ArgumentParsers.newFor("posthaste").build().addSubparsers().addParser(command.getName());
        command.configure(parser);
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        command.run(open, parser.parseArgs(arguments), new PrintStream(console, true, StandardCharsets.UTF_8));
        return console.toString(StandardCharsets.UTF_8);
    }
}
