package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildMigrationsTest {
    private static final Path FILES = Path.of("src/main/resources/db");

    @Test
    void aMigrationExpandsUnlessItsFirstLineSaysWhichBuildsNoLongerMissWhatItTakes() {
        assertThat(BuildMigrations.in("""
                        --liquibase formatted sql

                        --changeset posthaste:0031-note
                        alter table jobs add column note text;

                        --changeset posthaste:0032-begun labels:needs-0031 runInTransaction:false
                        alter table jobs drop column begun_at;
                        """))
                .containsExactly(new Migration("0031-note", 31, 0), new Migration("0032-begun", 32, 31));
    }

    @Test
    void whatNothingWasPromisedOfIsBorneByNoBuildBefore() {
        assertThat(BuildMigrations.in("--changeset posthaste:0020-asked\nalter table a add column b text;"))
                .containsExactly(new Migration("0020-asked", 20, 20));
        assertThat(BuildMigrations.in("--changeset posthaste:0021-more\nalter table a add column b text;"))
                .containsExactly(new Migration("0021-more", 21, 0));
    }

    @Test
    void theLevelOfABuildIsTheNumberOfItsLastMigration() {
        SchemaFingerprint any = new SchemaFingerprint("");
        BuildMigrations build = new BuildMigrations(
                List.of(new Migration("0022-a", 22, 0), new Migration("0025-b", 25, 0), new Migration("0024-c", 24, 0)),
                any);

        assertThat(build.level()).isEqualTo(25);
        assertThat(build.pending(Set.of("0022-a", "0099-z")))
                .extracting(Migration::id)
                .containsExactly("0025-b", "0024-c");
        assertThat(build.unknown(Set.of("0022-a", "0099-z", "0098-y"))).containsExactly("0098-y", "0099-z");
    }

    @Test
    void everyFileIsInTheChangelogAndEachOfItsMigrationsCountsUnderTheNumberOfItsFile() throws IOException {
        BuildMigrations build = BuildMigrations.read();

        assertThat(build.all()).extracting(Migration::id).doesNotHaveDuplicates();
        for (Path file : files().toList()) {
            String name = file.getFileName().toString();
            String text = Files.readString(file);
            assertThat(BuildMigrations.in(text))
                    .as(name)
                    .isNotEmpty()
                    .hasSize(text.split("--changeset ", -1).length - 1)
                    .allMatch(one -> one.number() == Integer.parseInt(name.substring(0, 4)))
                    .allMatch(build.all()::contains);
        }
    }

    /** Nodes of the build before go on beside a new one; what they cannot bear comes a release later, and says so. */
    @ParameterizedTest
    @MethodSource("files")
    void whatDoesNotSayThatItContractsExpandsOnly(Path file) throws IOException {
        String[] changesets = Files.readString(file).split("(?m)^(?=--changeset )", -1);
        StringBuilder expanding = new StringBuilder();
        for (String changeset : changesets) {
            List<Migration> declared = BuildMigrations.in(changeset);
            if (!declared.isEmpty() && !declared.get(0).contracts()) {
                expanding.append(changeset);
            }
        }

        assertThat(ExpandingSql.faults(expanding.toString())).isEmpty();
    }

    /** One that needs itself could never be run beside nodes of the build before. */
    @Test
    void whatContractsIsBorneByABuildOfBeforeIt() {
        assertThat(BuildMigrations.read().all())
                .filteredOn(one -> one.contracts() && one.number() > BuildMigrations.LAST_BEFORE_LEVELS)
                .allMatch(one -> one.needs() > BuildMigrations.LAST_BEFORE_LEVELS && one.needs() < one.number());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table jobs drop column begun_at",
                "drop index jobs_retries",
                "alter table jobs drop constraint x",
                "truncate jobs",
                "alter table jobs rename column a to b",
                "alter table jobs rename to works",
                "alter table jobs alter column priority type integer",
                "alter table jobs alter column priority set data type integer",
                "alter table jobs alter column note set not null",
                "alter table jobs add column note text not null",
                "alter table jobs add column at timestamptz default clock_timestamp()",
                "alter table jobs add column n bigint generated always as identity",
                "alter table jobs add constraint x check (priority > 0)",
                "alter table jobs add check (priority > 0)",
                "alter table jobs add unique (id)",
                "create index x on jobs (due_at)",
                "create unique index x on jobs (due_at)",
                "lock table jobs",
            })
    void whatOlderNodesDoNotBearIsFound(String sql) {
        assertThat(ExpandingSql.faults("-- First.\n" + sql + ";")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table jobs add column note text",
                "alter table jobs add column note text not null default ''",
                "alter table jobs add column at timestamptz default now()",
                "alter table jobs add constraint x check (priority > 0) not valid",
                "create index concurrently x on jobs (due_at)",
                "create table notes (id bigint primary key, text text not null, unique (text)); create index x on notes (text)",
                "-- Nothing is dropped.\nalter table jobs set (fillfactor = 90)",
            })
    void whatTheyBearIsNot(String sql) {
        assertThat(ExpandingSql.faults(sql)).isEmpty();
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(FILES)) {
            return all.filter(file -> file.toString().endsWith(".sql")).sorted().toList().stream();
        }
    }
}
