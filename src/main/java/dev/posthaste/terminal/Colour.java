package dev.posthaste.terminal;

/** The few colours that are used, each with one meaning. */
enum Colour {
    PLAIN(""),
    HEADING("1"),
    GOOD("32"),
    BAD("31"),
    WAITING("33"),
    ASIDE("2");

    private final String code;

    Colour(String code) {
        this.code = code;
    }

    String paint(String safe) {
        return code.isEmpty() || safe.isBlank() ? safe : "\u001b[" + code + "m" + safe + "\u001b[0m";
    }

    /** Of a job's status or final status, or an execution's. */
    static Colour ofStatus(String status) {
        return switch (status) {
            case "completed", "success", "active", "delivered" -> GOOD;
            case "failed", "dead_lettered", "failed_no_retries", "failed_with_retries" -> BAD;
            case "retrying", "processing", "paused" -> WAITING;
            case "cancelled", "skipped" -> ASIDE;
            default -> PLAIN;
        };
    }
}
