package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
