package dev.posthaste.httpclient;

import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.egress.BlockedAddressException;
import dev.posthaste.jobs.FailureReason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;

/** Why an exchange failed, and a sentence about it for a person. */
record ExchangeFailure(FailureReason reason, String message) {
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Cf}]");
    private static final int MAX_QUOTE = 300;

    /** What an answer's status means, empty for a success. */
    static Optional<ExchangeFailure> ofStatus(int status) {
        if (status >= 200 && status < 300) {
            return Optional.empty();
        }
        FailureReason reason =
                switch (status / 100) {
                    case 3 -> FailureReason.HTTP_REDIRECT;
                    case 4 -> FailureReason.HTTP_CLIENT_ERROR;
                    case 5 -> FailureReason.HTTP_SERVER_ERROR;
                    default -> FailureReason.INVALID_RESPONSE;
                };
        String message = "The endpoint answered " + status
                + (reason == FailureReason.HTTP_REDIRECT ? "; redirects are not followed." : ".");
        return Optional.of(new ExchangeFailure(reason, message));
    }

    static ExchangeFailure timeout(OutboundRequest request) {
        return new ExchangeFailure(
                FailureReason.TIMEOUT,
                "The exchange was not over after " + request.timeout().toSeconds() + " s.");
    }

    /** What ended the exchange, told from what the client threw; the caller knows about the deadline. */
    static ExchangeFailure of(Throwable failure, OutboundRequest request) {
        String host = request.url().host();
        if (failure instanceof ProxyException proxy) {
            return new ExchangeFailure(proxy.reason(), String.valueOf(proxy.getMessage()));
        }
        if (failure instanceof BlockedAddressException) {
            return new ExchangeFailure(FailureReason.BLOCKED_ADDRESS, String.valueOf(failure.getMessage()));
        }
        if (failure instanceof UnknownHostException && failure.getCause() instanceof TimeoutException) {
            return new ExchangeFailure(
                    FailureReason.TIMEOUT,
                    "The name " + host + " was not looked up after "
                            + request.timeout().toSeconds() + " s.");
        }
        if (failure instanceof UnknownHostException) {
            return new ExchangeFailure(FailureReason.DNS_ERROR, "The name " + host + " could not be resolved.");
        }
        if (isSsl(failure)) {
            return new ExchangeFailure(
                    FailureReason.SSL_ERROR, "No trusted TLS connection to " + host + ": " + innermost(failure));
        }
        if (failure instanceof SocketTimeoutException || failure instanceof ConnectionRequestTimeoutException) {
            return timeout(request);
        }
        if (failure instanceof UnaskedBytesException) {
            return new ExchangeFailure(
                    FailureReason.INVALID_RESPONSE, "The endpoint sent something before it was asked.");
        }
        if (isInvalid(failure)) {
            return new ExchangeFailure(
                    FailureReason.INVALID_RESPONSE, "The endpoint's answer is not HTTP/1.1, or is over a limit.");
        }
        if (failure instanceof IOException) {
            return new ExchangeFailure(FailureReason.CONNECTION_ERROR, connectionMessage(failure, host));
        }
        return new ExchangeFailure(FailureReason.UNKNOWN, "The exchange failed for an unknown reason.");
    }

    /** Some of what the network does comes in an exception of TLS; channels tell of a broken pipe by no class of its own. */
    private static boolean isSsl(Throwable failure) {
        boolean isSsl = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException
                    || cause instanceof ClosedChannelException
                    || (cause.getClass() == IOException.class && cause.getCause() == null)) {
                return false;
            }
            isSsl |= cause instanceof SSLException;
        }
        return isSsl;
    }

    /** HttpCore reports a status line such as {@code 000} as an illegal argument. */
    private static boolean isInvalid(Throwable failure) {
        return (failure instanceof MalformedChunkCodingException && !(failure instanceof TruncatedChunkException))
                || failure instanceof MessageConstraintException
                || failure instanceof HttpException
                || failure.getCause() instanceof HttpException
                || failure instanceof IllegalArgumentException;
    }

    private static String connectionMessage(Throwable failure, String host) {
        if (failure instanceof NoHttpResponseException || failure instanceof ConnectionClosedException) {
            return host + " closed the connection without a whole answer.";
        }
        if (failure instanceof ConnectException) {
            boolean isRefused = String.valueOf(failure.getMessage()).contains("refused");
            return host + (isRefused ? " refused the connection." : " could not be connected to.");
        }
        if (failure instanceof NoRouteToHostException) {
            return "There is no route to " + host + ".";
        }
        return "The connection to " + host + " broke.";
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? "the handshake failed." : quoted(message) + ".";
    }

    /** What somebody else has said: on one line, and of a length that a person reads. */
    static String quoted(String message) {
        String start = message.length() <= MAX_QUOTE ? message : message.substring(0, MAX_QUOTE) + "…";
        return CONTROL.matcher(start).replaceAll(" ");
    }
}
