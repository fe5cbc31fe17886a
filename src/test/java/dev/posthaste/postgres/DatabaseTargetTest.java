package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTargetTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            jdbc:postgresql://db.internal/posthaste            | PostgreSQL at db.internal:5432
            jdbc:postgresql://[2001:db8::1]:5433/posthaste     | PostgreSQL at [2001:db8::1]:5433
            jdbc:postgresql://[::1]:5433,b:5434/posthaste      | PostgreSQL at [::1]:5433, b:5434
            jdbc:postgresql://a/posthaste?password=secret      | PostgreSQL at a:5432
            """)
    void itIsToldByItsAddressesAsInAUrl(String url, String told) {
        assertThat(DatabaseTarget.given(url, "user", "secret")).hasToString(told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://u:secret@a/posthaste",
                "jdbc:postgresql://u:secret@a:5432/posthaste",
                "jdbc:postgresql://u:secret@a",
                "jdbc:postgresql:u:secret@a"
            })
    void aPasswordInTheWrongPlaceOfAUrlIsNotTold(String url) {
        assertThatThrownBy(() -> DatabaseTarget.given(url, null, null))
                .isInstanceOf(DatabaseUnusableException.class)
                .hasMessageContaining("POSTHASTE_DATABASE_PASSWORD")
                .hasMessageNotContaining("secret");
    }
}
