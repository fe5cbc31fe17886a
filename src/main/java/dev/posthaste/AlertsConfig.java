package dev.posthaste;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;

/** The {@code alerts} part of the configuration; {@code docs/operations.md} explains each setting. */
public final class AlertsConfig {
    @JsonProperty
    @NotNull
    @Valid
    private SmtpConfig smtp = new SmtpConfig();

    /** The server that mails alerts. */
    public SmtpConfig smtp() {
        return smtp;
    }
}
