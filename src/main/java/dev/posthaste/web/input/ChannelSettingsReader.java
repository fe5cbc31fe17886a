package dev.posthaste.web.input;

import dev.posthaste.alerts.AlertType;
import dev.posthaste.alerts.ChannelSettings;
import dev.posthaste.alerts.ChannelType;
import dev.posthaste.alerts.MailAddress;
import dev.posthaste.contract.ContractName;
import dev.posthaste.json.JsonValue;
import dev.posthaste.redaction.Masks;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what is set of a channel: what a body names, over what there is. Thread-safe. */
public final class ChannelSettingsReader {
    private static final int MAX_TYPES = 3;
    private static final String TYPE = "type";
    private static final String URL = "url";
    private static final String TO = "to";
    private static final String ALERT_TYPES = "alert_types";

    private final JsonDocument json;
    private final boolean sendsMail;

    /** @param sendsMail whether there is a mail server */
    public ChannelSettingsReader(JsonDocument json, boolean sendsMail) {
        this.json = json;
        this.sendsMail = sendsMail;
    }

    /**
     * The settings of a channel that is made.
     *
     * @throws ApiException 422 when one of them is missing or not valid
     */
    public ChannelSettings ofNew(String body) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody(body), "", errors);
        ChannelType type = type(fields);
        String target = type == null ? noTarget(fields) : target(fields, type, true);
        Set<AlertType> types = alertTypes(fields);
        Boolean isActive = fields.flag("is_active");
        fields.refuseUnknown();
        errors.mustBeNone();
        return new ChannelSettings(
                type == null ? ChannelType.WEBHOOK : type,
                String.valueOf(target),
                types == null ? Set.of(AlertType.FAILURE, AlertType.RECOVERY) : types,
                isActive == null || isActive);
    }

    /**
     * What the body changes; {@code null} counts as absent. The type stays: a channel of another type is another channel.
     *
     * @throws ApiException 422 when one of them is not valid
     */
    public ChannelSettings changed(JsonFields object, ChannelSettings before) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(object, "", errors);
        String type = fields.text(TYPE);
        if (type != null && !type.equals(before.type().contractName())) {
            fields.complain(TYPE, "cannot be changed.");
        }
        String target = target(fields, before.type(), false);
        Set<AlertType> types = alertTypes(fields);
        Boolean isActive = fields.flag("is_active");
        fields.refuseUnknown();
        errors.mustBeNone();
        return new ChannelSettings(
                before.type(),
                target == null ? before.target() : target,
                types == null ? before.alertTypes() : types,
                isActive == null ? before.isActive() : isActive);
    }

    private @Nullable ChannelType type(FieldReader fields) {
        String text = fields.requiredText(TYPE);
        if (text == null) {
            return null;
        }
        ChannelType type = ContractName.find(ChannelType.class, text).orElse(null);
        if (type == null) {
            fields.complainOfChoice(TYPE);
        } else if (type == ChannelType.EMAIL && !sendsMail) {
            fields.complainOf(TYPE, "This server sends no mail: its operator has not set alerts.smtp.");
        }
        return type;
    }

    /** Which of the two is wanted is not known. */
    private static @Nullable String noTarget(FieldReader fields) {
        fields.take(URL);
        fields.take(TO);
        return null;
    }

    private static @Nullable String target(FieldReader fields, ChannelType type, boolean isRequired) {
        boolean isMail = type == ChannelType.EMAIL;
        String other = isMail ? URL : TO;
        if (fields.take(other) != null) {
            fields.complain(other, "must not be given for a channel of type " + type.contractName() + ".");
        }
        String name = isMail ? TO : URL;
        String target = isRequired ? fields.requiredText(name) : fields.text(name);
        if (target == null) {
            return null;
        }
        if (!isMail) {
            RequestFields.checkUrl(fields, name, target);
        } else if (!MailAddress.isValid(target)) {
            fields.complain(name, "must be a valid email address.");
        }
        if (Masks.isIn(target)) {
            fields.complain(name, RequestFields.MASKED);
        }
        return target;
    }

    private @Nullable Set<AlertType> alertTypes(FieldReader fields) {
        List<AlertType> read =
                fields.list(json, ALERT_TYPES, MAX_TYPES, (name, element) -> alertType(fields, name, element));
        if (read == null) {
            return null;
        }
        if (read.isEmpty()) {
            fields.complain(ALERT_TYPES, "must have at least 1 item.");
        }
        return Set.copyOf(read);
    }

    private static @Nullable AlertType alertType(FieldReader fields, String name, JsonValue element) {
        if (!(element instanceof JsonValue.Text text)) {
            fields.complain(name, "must be a string.");
            return null;
        }
        AlertType type = ContractName.find(AlertType.class, text.value()).orElse(null);
        if (type == null) {
            fields.complainOfChoice(name);
        }
        return type;
    }
}
