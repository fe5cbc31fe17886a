package dev.posthaste.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.core.Configuration;
import jakarta.validation.Validator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Reads a configuration as Dropwizard does, and refuses besides what would be taken for something else than it says, settings
 * that there are not, and addresses that cannot be listened on. So {@code check} says it, and a server before it opens anything.
 */
public final class StrictConfigurationFactory<T extends Configuration> extends YamlConfigurationFactory<T> {
    /** Reads configurations of a class; the parameters are Dropwizard's. */
    public StrictConfigurationFactory(
            Class<T> configurationClass, Validator validator, ObjectMapper objectMapper, String propertyPrefix) {
        super(
                configurationClass,
                validator,
                objectMapper.copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES),
                propertyPrefix);
    }

    @Override
    public T build(ConfigurationSourceProvider provider, String path) throws IOException, ConfigurationException {
        byte[] content;
        try (InputStream file = provider.open(path)) {
            content = file.readAllBytes();
        }
        refuse(path, silentErrors(content));
        T configuration = super.build(ignored -> new ByteArrayInputStream(content), path);
        refuse(path, Listeners.of(configuration.getServerFactory()).errors());
        return configuration;
    }

    private List<String> silentErrors(byte[] content) throws IOException {
        try {
            return SettingLines.errors(createParser(new ByteArrayInputStream(content)));
        } catch (JsonProcessingException e) {
            // The reader meets the same, and says where.
            return List.of();
        }
    }

    private static void refuse(String path, List<String> errors) throws ConfigurationException {
        if (!errors.isEmpty()) {
            throw new RefusedException(path, errors);
        }
    }

    private static final class RefusedException extends ConfigurationException {
        private static final long serialVersionUID = 1L;

        RefusedException(String path, List<String> errors) {
            super(path, errors);
        }
    }
}
