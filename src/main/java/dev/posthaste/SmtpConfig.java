package dev.posthaste;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.posthaste.alerts.MailAddress;
import dev.posthaste.mail.SmtpSettings;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The {@code alerts.smtp} part of the configuration; {@code docs/operations.md} explains each setting. */
public final class SmtpConfig {
    @JsonProperty
    @NotNull
    private String host = "";

    @JsonProperty
    @Min(1)
    @Max(65_535)
    private int port = 587;

    @JsonProperty
    @NotNull
    private String security = "starttls";

    @JsonProperty
    @NotNull
    private String user = "";

    @JsonProperty
    @NotNull
    private String password = "";

    @JsonProperty
    @NotNull
    private String from = "";

    /** Found out before anything is opened. */
    @ValidationMethod(message = "alerts.smtp: security must be starttls, tls or none")
    public boolean isSecurityKnown() {
        return security() != null;
    }

    /** Found out before anything is opened. */
    @ValidationMethod(
            message = "alerts.smtp: from must be an address such as posthaste@example.com when there is a host")
    public boolean isFromAnAddress() {
        return host.isBlank() || MailAddress.isValid(from);
    }

    /** Found out before anything is opened. */
    @ValidationMethod(message = "alerts.smtp: user and password must be given together")
    public boolean isWholeLogin() {
        return user.isEmpty() == password.isEmpty();
    }

    /** Found out before anything is opened. */
    @ValidationMethod(message = "alerts.smtp: a password is not sent with security none but to this machine")
    public boolean isPasswordSafe() {
        return password.isEmpty()
                || security() != SmtpSettings.Security.NONE
                || host.equals("localhost")
                || host.equals("::1")
                || host.startsWith("127.");
    }

    private SmtpSettings.@Nullable Security security() {
        for (SmtpSettings.Security one : SmtpSettings.Security.values()) {
            if (one.name().toLowerCase(Locale.ROOT).equals(security)) {
                return one;
            }
        }
        return null;
    }

    /** The server; null for none. */
    public @Nullable SmtpSettings settings() {
        SmtpSettings.Security secured = security();
        return host.isBlank() || secured == null
                ? null
                : new SmtpSettings(
                        host, port, secured, user.isEmpty() ? null : user, user.isEmpty() ? null : password, from);
    }
}
