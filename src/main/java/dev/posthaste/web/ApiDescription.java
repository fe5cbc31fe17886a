package dev.posthaste.web;

import io.dropwizard.jersey.setup.JerseyEnvironment;

/** What tells of the API, for everybody: its description, and a page that shows it. */
public final class ApiDescription {
    private final String version;

    /** @param version of this build */
    public ApiDescription(String version) {
        this.version = version;
    }

    /** Adds it to the server. */
    public void register(JerseyEnvironment jersey) {
        jersey.register(new DescriptionResource(version));
        jersey.register(new DocsResource());
    }
}
