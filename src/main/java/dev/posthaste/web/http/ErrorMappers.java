package dev.posthaste.web.http;

import dev.posthaste.intake.IntakeUnavailableException;
import dev.posthaste.sql.CommitUnknownException;
import dev.posthaste.sql.SqlFailure;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever was thrown into the contract's answer. No answer names a class, a statement or a line. */
public final class ErrorMappers {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorMappers.class);
    private static final String NOT_ACCEPTED = "The database cannot be reached: nothing was accepted. Try again.";
    private static final String UNKNOWN = "The connection to the database broke during the commit: whether this was"
            + " accepted is not known. Repeat it with the same Idempotency-Key.";

    private static final String TRY_AGAIN = "The database does not serve this just now. Try again.";

    private static final Set<String> READING = Set.of("GET", "HEAD");

    private ErrorMappers() {}

    public static void register(JerseyEnvironment jersey) {
        jersey.register(new OfApi());
        jersey.register(new OfComingBody());
        jersey.register(new OfIntake());
        jersey.register(new OfJaxRs());
        jersey.register(OfAnythingElse.class);
    }

    static final class OfApi implements ExceptionMapper<ApiException> {
        @Override
        public Response toResponse(ApiException exception) {
            return exception.response();
        }
    }

    /** Nobody sees it: the call is begun again. Without an entity Jersey would have Jetty answer at once. */
    static final class OfComingBody implements ExceptionMapper<BodyIsComingException> {
        @Override
        public Response toResponse(BodyIsComingException exception) {
            return ApiException.unavailableResponse("The body is on its way.");
        }
    }

    static final class OfIntake implements ExceptionMapper<IntakeUnavailableException> {
        @Override
        public Response toResponse(IntakeUnavailableException exception) {
            LOG.warn("A push was answered with 503: {}", String.valueOf(exception.getCause()));
            return ApiException.unavailableResponse(exception.isOutcomeUnknown() ? UNKNOWN : NOT_ACCEPTED);
        }
    }

    /** What Jersey answers by itself: no such path, a method that is not there, a type that is not offered. */
    static final class OfJaxRs implements ExceptionMapper<WebApplicationException> {
        @Override
        public Response toResponse(WebApplicationException exception) {
            Response own = exception.getResponse();
            if (own.hasEntity() && MediaType.APPLICATION_JSON_TYPE.equals(own.getMediaType())) {
                return own;
            }
            Response.ResponseBuilder answer =
                    Response.fromResponse(ApiException.errorResponse(own.getStatus(), StatusText.of(own.getStatus())));
            String allow = own.getHeaderString(HttpHeaders.ALLOW);
            return allow == null
                    ? answer.build()
                    : answer.header(HttpHeaders.ALLOW, allow).build();
        }
    }

    static final class OfAnythingElse implements ExceptionMapper<Throwable> {
        private final Request call;

        OfAnythingElse(@Context Request call) {
            this.call = call;
        }

        @Override
        public Response toResponse(Throwable exception) {
            if (SqlFailure.isPassing(exception)) {
                LOG.warn("A call was answered with 503: {}", exception.getMessage());
                return ApiException.unavailableResponse(
                        isToLookFirst(exception) ? CommitUnknownException.ADVICE : TRY_AGAIN);
            }
            if (exception instanceof IOException) {
                LOG.debug("A client went away in the middle of its request", exception);
                return ApiException.errorResponse(400, "The request broke off.");
            }
            String id = UUID.randomUUID().toString();
            LOG.error("A call failed; the client was told the id {}", id, exception);
            return ApiException.errorResponse(500, "The server failed. Its log says why, under the id " + id + ".");
        }

        /** Reading commits too, and may be repeated whatever came of that. */
        private boolean isToLookFirst(Throwable exception) {
            return SqlFailure.hidesWhatWasDone(exception) && !READING.contains(call.getMethod());
        }
    }
}
