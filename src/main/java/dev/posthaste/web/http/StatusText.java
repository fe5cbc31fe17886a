package dev.posthaste.web.http;

/** The sentence of an error that nobody had anything better to say about. */
final class StatusText {
    private StatusText() {}

    static String of(int status) {
        return switch (status) {
            case 400 -> "The request is not valid HTTP.";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 406 -> "Not acceptable: answers are application/json.";
            case 408 -> "The request took too long.";
            case 413 -> "The body is too large.";
            case 414 -> "The URL is too long.";
            case 415 -> "The Content-Type must be application/json.";
            case 431 -> "The headers are too large.";
            case 501 -> "The Transfer-Encoding is not supported: only chunked is.";
            case 503 -> "The server is not ready.";
            case 505 -> "This version of HTTP is not supported.";
            default -> status >= 500 ? "The server failed." : "The request cannot be answered.";
        };
    }
}
