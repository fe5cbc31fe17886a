package dev.posthaste.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The migrations that a build brings, by its changelog and the files that it names. What a changeset declares stands in its
 * first line: {@code labels:needs-0028} contracts, and leaves what builds of level 28 and above can work on; without it, it
 * expands. Immutable.
 *
 * @param fingerprint of the changelog and its files
 */
record BuildMigrations(List<Migration> all, SchemaFingerprint fingerprint) {
    static final String CHANGELOG = "db/changelog.xml";

    /** Of the last build of which nothing was promised: what it brought, no build before it can work on. */
    static final int LAST_BEFORE_LEVELS = 20;

    private static final Pattern FILE = Pattern.compile("file=\"([^\"]+)\"");
    private static final Pattern CHANGESET = Pattern.compile("(?m)^--changeset posthaste:((\\d{4})-\\S+)(.*)$");
    private static final Pattern NEEDS = Pattern.compile("\\blabels:needs-(\\d{4})\\b");

    BuildMigrations {
        all = List.copyOf(all);
    }

    /** Those of this build. */
    static BuildMigrations read() {
        byte[] list = read(CHANGELOG);
        List<byte[]> contents = new ArrayList<>(List.of(list));
        List<Migration> all = new ArrayList<>();
        Matcher files = FILE.matcher(new String(list, StandardCharsets.UTF_8));
        while (files.find()) {
            byte[] file = read(files.group(1));
            contents.add(file);
            all.addAll(in(new String(file, StandardCharsets.UTF_8)));
        }
        return new BuildMigrations(all, SchemaFingerprint.of(contents));
    }

    /** Those of one file. */
    static List<Migration> in(String file) {
        List<Migration> all = new ArrayList<>();
        Matcher changesets = CHANGESET.matcher(file);
        while (changesets.find()) {
            int number = Integer.parseInt(changesets.group(2));
            all.add(new Migration(changesets.group(1), number, needs(number, changesets.group(3))));
        }
        return all;
    }

    private static int needs(int number, String attributes) {
        if (number <= LAST_BEFORE_LEVELS) {
            return number;
        }
        Matcher declared = NEEDS.matcher(attributes);
        return declared.find() ? Integer.parseInt(declared.group(1)) : 0;
    }

    /** The level of the build: the number of its last migration. */
    int level() {
        return all.stream().mapToInt(Migration::number).max().orElse(0);
    }

    /** The lowest level of a build that can work on what all of them leave. */
    int needs() {
        return all.stream().mapToInt(Migration::needs).max().orElse(0);
    }

    /** Those that a database has not seen, by the ids of those that it has. */
    List<Migration> pending(Set<String> seen) {
        return all.stream().filter(one -> !seen.contains(one.id())).toList();
    }

    /** What a database has seen of other builds, by ids, in order. */
    List<String> unknown(Set<String> seen) {
        Set<String> ours = Set.copyOf(all.stream().map(Migration::id).toList());
        return seen.stream().filter(id -> !ours.contains(id)).sorted().toList();
    }

    private static byte[] read(String resource) {
        try (InputStream content = BuildMigrations.class.getClassLoader().getResourceAsStream(resource)) {
            if (content == null) {
                throw new IllegalStateException("the migrations' file " + resource + " is missing");
            }
            return content.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the migrations' file " + resource + " cannot be read", e);
        }
    }
}
