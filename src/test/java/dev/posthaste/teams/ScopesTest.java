package dev.posthaste.teams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopesTest {
    @Test
    void theyAreSpeltAsTheContractHasThem() {
        assertThat(Scopes.EVERY.names())
                .containsExactly(
                        "jobs:read",
                        "jobs:write",
                        "queues:read",
                        "queues:write",
                        "crons:read",
                        "crons:write",
                        "alerts:read",
                        "alerts:write",
                        "admin");
    }

    @Test
    void noneInTheTableAreAllAndUnknownOnesAreNone() {
        assertThat(Scopes.ofTable(null)).isEqualTo(Scopes.EVERY);
        assertThat(Scopes.ofTable(new String[0])).isEqualTo(Scopes.EVERY);
        assertThat(Scopes.ofTable(new String[] {"of:later"}).all()).isEmpty();
        assertThat(Scopes.ofTable(new String[] {"admin", "of:later", "jobs:read"})
                        .all())
                .containsExactly(Scope.JOBS_READ, Scope.ADMIN);
    }

    @Test
    void allOfThemAreKeptAsNoneSoThatLaterOnesAreAmongThem() {
        assertThat(Scopes.EVERY.forTable()).isNull();
        assertThat(new Scopes(Set.of(Scope.ADMIN, Scope.JOBS_READ)).forTable()).containsExactly("jobs:read", "admin");
    }

    @Test
    void namesAreReadAndNoneMeanAll() {
        assertThat(Scopes.parse(" admin, jobs:read ").all()).containsExactly(Scope.JOBS_READ, Scope.ADMIN);
        assertThat(Scopes.parse(null)).isEqualTo(Scopes.EVERY);
        assertThatThrownBy(() -> Scopes.parse("admin,ADMIN")).hasMessageStartingWith("There is no scope ADMIN;");
    }

    @Test
    void theFirstThatIsMissingIsNamed() {
        Scopes some = new Scopes(EnumSet.of(Scope.ADMIN, Scope.QUEUES_READ));

        assertThat(some.firstMissing(Scopes.EVERY)).contains(Scope.JOBS_READ);
        assertThat(some.firstMissing(new Scopes(Set.of(Scope.ADMIN)))).isEmpty();
    }

    /** A script's variable that is not set would make a token that may do everything. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", " , ,"})
    void scopesThatAreGivenAndNameNoneAreAMistake(String none) {
        assertThatThrownBy(() -> Scopes.parse(none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The scopes that are given name none");
    }
}
