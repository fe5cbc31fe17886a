package dev.posthaste;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.ws.rs.core.Context;
import java.sql.Connection;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The arrows of docs/architecture.md. */
@AnalyzeClasses(packages = "dev.posthaste", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String OURS = "dev.posthaste..";

    @ArchTest
    static final ArchRule there_are_no_circles =
            slices().matching("dev.posthaste.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule quartz_knows_the_one_shots_only = mayKnow("quartz", "oneshots");

    @ArchTest
    static final ArchRule one_shots_know_sql_only = mayKnow("oneshots", "sql");

    @ArchTest
    static final ArchRule egress_knows_nothing_of_ours = mayKnow("egress");

    @ArchTest
    static final ArchRule the_edge_knows_nothing_of_ours = mayKnow("edge");

    @ArchTest
    static final ArchRule memory_knows_nothing_of_ours = mayKnow("memory");

    @ArchTest
    static final ArchRule sql_knows_nothing_of_ours = mayKnow("sql");

    @ArchTest
    static final ArchRule postgres_knows_nothing_of_ours = mayKnow("postgres");

    @ArchTest
    static final ArchRule json_knows_nothing_of_ours = mayKnow("json");

    @ArchTest
    static final ArchRule the_spelling_knows_nothing_of_ours = mayKnow("contract");

    @ArchTest
    static final ArchRule crons_know_nothing_of_ours = mayKnow("crons");

    @ArchTest
    static final ArchRule redaction_knows_nothing_of_ours = mayKnow("redaction");

    @ArchTest
    static final ArchRule the_audit_knows_its_table_and_names_only = mayKnow("audit", "sql", "contract");

    @ArchTest
    static final ArchRule jsonpath_knows_the_reader_of_json_only = mayKnow("jsonpath", "json");

    @ArchTest
    static final ArchRule assertions_know_their_paths_and_names_only = mayKnow("assertions", "jsonpath", "contract");

    @ArchTest
    static final ArchRule lifecycle_knows_the_records_only = mayKnow("lifecycle", "jobs");

    @ArchTest
    static final ArchRule what_we_keep_knows_its_tables_only =
            mayKnow("jobs", "redaction", "sql", "oneshots", "contract");

    @ArchTest
    static final ArchRule queues_know_their_table_only =
            mayKnow("queues", "jobs", "redaction", "audit", "sql", "oneshots");

    @ArchTest
    static final ArchRule stats_stand_on_what_is_tallied = mayKnow("stats", "jobs", "queues", "sql");

    @ArchTest
    static final ArchRule an_overview_stands_on_what_is_kept =
            mayKnow("overview", "stats", "queues", "jobs", "oneshots", "postgres", "sql", "contract");

    @ArchTest
    static final ArchRule the_page_for_prometheus_stands_on_what_it_counts =
            mayKnow("prometheus", "stats", "queues", "jobs", "contract");

    @ArchTest
    static final ArchRule prometheus_is_touched_in_one_package = onlyIn("io.prometheus..", "dev.posthaste.prometheus");

    @ArchTest
    static final ArchRule teams_know_their_tables_only = mayKnow("teams", "audit", "sql", "contract");

    @ArchTest
    static final ArchRule signing_knows_its_tables_only = mayKnow("signing", "audit", "sql", "contract");

    @ArchTest
    static final ArchRule intake_stands_on_what_is_kept =
            mayKnow("intake", "jobs", "queues", "teams", "oneshots", "sql");

    @ArchTest
    static final ArchRule steering_stands_on_what_is_kept = mayKnow(
            "steering",
            "intake",
            "jobs",
            "queues",
            "recurring",
            "alerts",
            "teams",
            "audit",
            "redaction",
            "oneshots",
            "sql");

    @ArchTest
    static final ArchRule operations_stand_on_what_steers =
            mayKnow("operations", "steering", "jobs", "queues", "audit", "oneshots", "sql", "contract");

    @ArchTest
    static final ArchRule alerts_stand_on_what_is_kept =
            mayKnow("alerts", "recurring", "jobs", "audit", "oneshots", "sql", "contract");

    @ArchTest
    static final ArchRule mail_stands_on_what_it_is_asked_for = mayKnow("mail", "delivery", "alerts", "jobs", "sql");

    /** Each of these rolls an Error back too; who begins one by hand elsewhere easily commits half of it. */
    @ArchTest
    static final ArchRule transactions_are_begun_in_few_places = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.posthaste.sql.OneTransaction")
            .and()
            .doNotHaveFullyQualifiedName("dev.posthaste.sql.GroupCommit")
            .and()
            .doNotHaveFullyQualifiedName("dev.posthaste.oneshots.PooledTransactions")
            .and()
            .doNotHaveFullyQualifiedName("dev.posthaste.jobs.RunDao")
            .and()
            .doNotHaveFullyQualifiedName("dev.posthaste.postgres.Changelog")
            .should()
            .callMethod(Connection.class, "setAutoCommit", boolean.class);

    @ArchTest
    static final ArchRule mail_is_touched_in_one_package = onlyIn("jakarta.mail..", "dev.posthaste.mail");

    @ArchTest
    static final ArchRule recurring_stands_on_what_is_kept =
            mayKnow("recurring", "crons", "jobs", "queues", "audit", "redaction", "oneshots", "sql", "contract");

    @ArchTest
    static final ArchRule what_every_call_needs_knows_no_resource =
            mayKnow("web.http", "teams", "memory", "intake", "sql");

    @ArchTest
    static final ArchRule what_reads_input_knows_no_resource = mayKnow(
            "web.input",
            "web.http",
            "intake",
            "steering",
            "operations",
            "signing",
            "jobs",
            "queues",
            "teams",
            "assertions",
            "jsonpath",
            "recurring",
            "alerts",
            "redaction",
            "audit",
            "crons",
            "stats",
            "json",
            "contract");

    @ArchTest
    static final ArchRule delivery_stands_on_its_decisions = mayKnow(
            "delivery",
            "alerts",
            "lifecycle",
            "signing",
            "assertions",
            "redaction",
            "tracing",
            "jobs",
            "queues",
            "recurring",
            "stats",
            "oneshots",
            "sql",
            "contract");

    @ArchTest
    static final ArchRule the_http_client_stands_on_what_it_is_asked_for =
            mayKnow("httpclient", "delivery", "egress", "jobs", "memory");

    @ArchTest
    static final ArchRule nobody_knows_the_wiring = noClasses()
            .that()
            .resideOutsideOfPackage("dev.posthaste")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.posthaste");

    @ArchTest
    static final ArchRule quartz_is_touched_in_one_package = onlyIn("org.quartz..", "dev.posthaste.quartz");

    @ArchTest
    static final ArchRule the_http_client_is_touched_in_one_package =
            onlyIn("org.apache.hc..", "dev.posthaste.httpclient");

    @ArchTest
    static final ArchRule regular_expressions_of_users_are_run_in_one_package =
            onlyIn("com.google.re2j..", "dev.posthaste.jsonpath");

    @ArchTest
    static final ArchRule spans_are_opened_in_one_package =
            onlyIn("io.opentelemetry..", "dev.posthaste.tracing", "dev.posthaste.delivery");

    @ArchTest
    static final ArchRule spans_stand_on_what_is_sent = mayKnow("tracing", "jobs");

    @ArchTest
    static final ArchRule rest_is_touched_in_one_package = onlyIn("jakarta.ws.rs..", "dev.posthaste.web..");

    @ArchTest
    static final ArchRule liquibase_is_touched_in_one_package = onlyIn("liquibase..", "dev.posthaste.postgres");

    @ArchTest
    static final ArchRule the_terminal_knows_the_api_only = mayKnow("terminal", "json");

    @ArchTest
    static final ArchRule commands_of_the_terminal_are_read_in_one_package =
            onlyIn("picocli..", "dev.posthaste.terminal");

    @ArchTest
    static final ArchRule no_static_holds_state =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule no_field_is_a_stand_in_for_the_call = fields().should()
            .notBeAnnotatedWith(Context.class)
            .because("Jersey looks up what stands behind it at each use, which was a fifteenth of a push");

    @ArchTest
    static final ArchRule nobody_sleeps = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.posthaste.sql", "dev.posthaste.postgres", "dev.posthaste.cli", "dev.posthaste.terminal")
            .should()
            .callMethodWhere(target(owner(assignableTo(Thread.class).or(assignableTo(TimeUnit.class))))
                    .and(target(name("sleep"))));

    private static ArchRule mayKnow(String own, String... others) {
        String[] packages = new String[others.length + 1];
        packages[0] = "dev.posthaste." + own + "..";
        for (int i = 0; i < others.length; i++) {
            packages[i + 1] = "dev.posthaste." + others[i] + "..";
        }
        return classes()
                .that()
                .resideInAPackage(packages[0])
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage(OURS)).or(resideInAnyPackage(packages)));
    }

    private static ArchRule onlyIn(String technology, String... packages) {
        String[] andWiring = Arrays.copyOf(packages, packages.length + 1);
        andWiring[packages.length] = "dev.posthaste";
        return noClasses()
                .that()
                .resideOutsideOfPackages(andWiring)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(technology);
    }
}
