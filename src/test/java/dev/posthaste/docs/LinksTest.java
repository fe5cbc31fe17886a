package dev.posthaste.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever follows a link of the documentation arrives. */
class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\[[^]\\[]*(?:\\[[^]]*][^]\\[]*)*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.*?) *#*$");

    @Test
    void everyRelativeLinkLeadsToAFileAndToAHeadingInIt() throws IOException {
        List<String> broken = new ArrayList<>();
        Map<Path, Set<String>> anchors = new HashMap<>();
        for (Path page : pages()) {
            for (String link : links(page)) {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty()
                        ? page
                        : page.resolveSibling(parts[0]).normalize();
                if (!Files.exists(target)) {
                    broken.add(page + ": " + link + " (no such file)");
                } else if (parts.length == 2
                        && target.toString().endsWith(".md")
                        && !anchors.computeIfAbsent(target, LinksTest::anchorsOf)
                                .contains(parts[1])) {
                    broken.add(page + ": " + link + " (no such heading)");
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageIsReachedFromTheReadme() throws IOException {
        Set<Path> reached = new HashSet<>();
        List<Path> next = new ArrayList<>(List.of(Path.of("README.md")));
        while (!next.isEmpty()) {
            Path page = next.remove(0);
            if (reached.add(page) && page.toString().endsWith(".md") && Files.exists(page)) {
                for (String link : links(page)) {
                    String file = link.split("#", 2)[0];
                    if (!file.isEmpty()) {
                        next.add(page.resolveSibling(file).normalize());
                    }
                }
            }
        }

        assertThat(reached).containsAll(pages());
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> top = Files.list(Path.of(""));
                Stream<Path> docs = Files.walk(Path.of("docs"))) {
            Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .forEach(pages::add);
        }
        return pages;
    }

    /** Those that lead into the repository, outside of code. */
    private static List<String> links(Path page) throws IOException {
        List<String> links = new ArrayList<>();
        for (String line : prose(page)) {
            Matcher matcher = LINK.matcher(line.replaceAll("`[^`]*`", "`"));
            while (matcher.find()) {
                if (!matcher.group(1).matches("[a-z]+:.*")) {
                    links.add(matcher.group(1));
                }
            }
        }
        return links;
    }

    private static List<String> prose(Path page) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean isCode = false;
        for (String line : Files.readAllLines(page)) {
            if (line.strip().startsWith("```")) {
                isCode = !isCode;
            } else if (!isCode) {
                lines.add(line);
            }
        }
        return lines;
    }

    /** As GitHub makes them: a number behind what comes again. */
    private static Set<String> anchorsOf(Path page) {
        Set<String> anchors = new HashSet<>();
        try {
            for (String line : prose(page)) {
                Matcher heading = HEADING.matcher(line);
                if (heading.matches()) {
                    String anchor = Markdown.anchor(heading.group(1));
                    String unique = anchor;
                    for (int i = 1; !anchors.add(unique); i++) {
                        unique = anchor + "-" + i;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return anchors;
    }
}
