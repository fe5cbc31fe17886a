package dev.posthaste.chaos;

/** A callback as the database has it in the end. */
record CallbackRow(long id, long jobId, String status) {
    String webhookId() {
        return "cb_" + id;
    }
}
