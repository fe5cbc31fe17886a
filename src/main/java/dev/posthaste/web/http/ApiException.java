package dev.posthaste.web.http;

import dev.posthaste.teams.Scope;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Map;

/** A request that is answered with an error of the contract. Its message is for the client. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What a server that is busy or stopping asks for. */
    static final int RETRY_AFTER_SECONDS = 2;

    private static final int TIMEOUT = 408;
    private static final int TOO_MANY = 429;

    private final transient Response response;

    private ApiException(String message, Response response) {
        super(message, null, false, false);
        this.response = response;
    }

    public static ApiException badRequest(String message) {
        return error(400, message);
    }

    public static ApiException notFound(String thing) {
        return error(404, thing + " not found");
    }

    public static ApiException conflict(String message) {
        return error(409, message);
    }

    /** What is left of the body would stand where the connection's next request begins: the connection ends. */
    static ApiException tooSlow() {
        String message = StatusText.of(TIMEOUT);
        return new ApiException(message, closing(errorResponse(TIMEOUT, message)));
    }

    /** Nothing was done of what a client asks for whose body was not there yet. */
    static ApiException stopping() {
        String message = "This server is stopping. Try again.";
        return new ApiException(message, closing(unavailableResponse(message)));
    }

    private static Response closing(Response response) {
        return Response.fromResponse(response).header("Connection", "close").build();
    }

    static ApiException tooLarge(int maxBytes) {
        return error(413, "The body is larger than " + maxBytes + " bytes.");
    }

    static ApiException unsupported(String message) {
        return error(415, message);
    }

    public static ApiException invalidToken() {
        return new ApiException(Unauthorized.INVALID, Unauthorized.response(Unauthorized.INVALID));
    }

    public static ApiException lacksScope(Scope scope) {
        return error(403, "The token lacks the scope " + scope.contractName() + ".");
    }

    static ApiException foreignPage(String message) {
        return error(403, message);
    }

    /** @param wait until it is worth trying again */
    static ApiException tooManyFailures(Duration wait) {
        String message = "Too many authentications from this address have failed. Try again later.";
        Response response = Response.fromResponse(errorResponse(429, message))
                .header(HttpHeaders.RETRY_AFTER, wait.plusNanos(999_999_999).toSeconds())
                .build();
        return new ApiException(message, response);
    }

    /** A limit is reached that will let it through after so many seconds. */
    public static ApiException tooMany(String message, long retryAfterSeconds) {
        Response response = Response.fromResponse(errorResponse(TOO_MANY, message))
                .header(HttpHeaders.RETRY_AFTER, retryAfterSeconds)
                .build();
        return new ApiException(message, response);
    }

    public static ApiException unavailable(String message) {
        return new ApiException(message, unavailableResponse(message));
    }

    public static ApiException invalid(Errors errors) {
        return new ApiException(errors.message(), json(422, errors.body()));
    }

    public Response response() {
        return response;
    }

    static Response errorResponse(int status, String message) {
        return json(status, Map.of("error", message));
    }

    static Response unavailableResponse(String message) {
        return Response.fromResponse(errorResponse(503, message))
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                .build();
    }

    private static ApiException error(int status, String message) {
        return new ApiException(message, errorResponse(status, message));
    }

    private static Response json(int status, Object body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(body)
                .build();
    }
}
