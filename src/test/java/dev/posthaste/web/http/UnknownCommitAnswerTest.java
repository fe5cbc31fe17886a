package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.sql.CommitUnknownException;
import jakarta.ws.rs.core.Request;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import org.jdbi.v3.core.transaction.TransactionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client is told of a commit whose answer was lost. */
class UnknownCommitAnswerTest {
    @ParameterizedTest
    @CsvSource({"GET, Try again.", "HEAD, Try again.", "POST, Look before", "PATCH, Look before", "DELETE, Look before"
    })
    void whatOnlyReadMayBeRepeatedWithoutALook(String method, String advice) {
        Request call = (Request) Proxy.newProxyInstance(
                Request.class.getClassLoader(), new Class<?>[] {Request.class}, (proxy, called, arguments) -> method);
        Throwable lost = new TransactionException(
                "not committed", new CommitUnknownException(new SQLException("broken", "08006")));

        Object answer = new ErrorMappers.OfAnythingElse(call).toResponse(lost).getEntity();

        assertThat(String.valueOf(answer)).contains(advice);
    }
}
