package dev.posthaste.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void columnsAreAsWideAsWhatStandsInThemWhateverTheScript() {
        Table table = new Table(screen(false, 0), "ID", "NAME", "URL");
        table.page(List.of(row("1", "你好", "a"), row("1000", "mail", "b")));

        assertThat(written()).isEqualTo("""
                ID    NAME  URL
                1     你好  a
                1000  mail  b
                """);
    }

    @Test
    void aLaterPageHasNoHeadingsAndWhatIsWiderPushesItsRow() {
        Table table = new Table(screen(false, 0), "ID", "URL");
        table.page(List.of(row("1", "a")));
        table.page(List.of(row("1000", "b")));

        assertThat(written()).isEqualTo("""
                ID  URL
                1   a
                1000  b
                """);
    }

    @Test
    void theLastColumnGivesWayOnANarrowScreen() {
        Table table = new Table(screen(false, 20), "ID", "URL");
        table.page(List.of(row("1", "http://127.0.0.1/a/b/c")));

        assertThat(written()).isEqualTo("""
                ID  URL
                1   http://127.0.0.…
                """);
    }

    @Test
    void columnsForWhichThereIsNoRoomStandOnFurtherLinesOfTheirRow() {
        Table table = new Table(screen(false, 24), "ID", "QUEUE", "STATUS", "URL");
        table.page(List.of(row("1", "newsletters", "completed", "http://127.0.0.1/a/b/c")));

        assertThat(written()).isEqualTo("""
                ID  QUEUE
                    STATUS
                    URL
                1   newsletters
                    completed
                    http://127.0.0.1/a/…
                """);
        assertThat(written().lines()).allMatch(line -> TextWidth.of(line) <= 24);
    }

    @Test
    void coloursTakeNoRoom() {
        Table table = new Table(screen(true, 0), "S", "T");
        table.page(List.of(List.of(Cell.status("failed"), Cell.of("x"))));

        assertThat(written())
                .isEqualTo("\u001b[1mS\u001b[0m       \u001b[1mT\u001b[0m\n\u001b[31mfailed\u001b[0m  x\n");
    }

    @Test
    void noCellCanWriteAColourOrALineOfItsOwn() {
        Table table = new Table(screen(true, 0), "A", "B");
        table.page(List.of(row("\u001b[31m", "x\ny")));

        assertThat(written()).endsWith("\\u001b[31m  x\\ny\n");
    }

    private static List<Cell> row(String... texts) {
        return List.of(texts).stream().map(Cell::of).toList();
    }

    private Screen screen(boolean isColoured, int columns) {
        return new Screen(new PrintStream(written, true, StandardCharsets.UTF_8), isColoured, columns);
    }

    private String written() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
