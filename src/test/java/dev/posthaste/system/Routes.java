package dev.posthaste.system;

import io.dropwizard.jersey.DropwizardResourceConfig;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.server.model.ResourceMethod;

/** What a running server offers, from Jersey's own model: a new route cannot be forgotten. */
final class Routes {
    private Routes() {}

    /** The methods by their routes, such as {@code GET /api/jobs/{id}}. */
    static Map<String, Method> of(ServerInside server) {
        DropwizardResourceConfig config = server.environment().jersey().getResourceConfig();
        Map<String, Method> routes = new TreeMap<>();
        Stream.concat(
                        config.getClasses().stream(),
                        config.getInstances().stream().map(Object::getClass))
                .filter(type -> type.isAnnotationPresent(Path.class))
                .map(Resource::from)
                .filter(Objects::nonNull)
                .forEach(resource -> {
                    add(routes, resource.getPath(), resource);
                    resource.getChildResources()
                            .forEach(child -> add(routes, resource.getPath() + child.getPath(), child));
                });
        return routes;
    }

    private static void add(Map<String, Method> routes, String path, Resource resource) {
        for (ResourceMethod method : resource.getResourceMethods()) {
            routes.put(
                    method.getHttpMethod() + " " + path, method.getInvocable().getHandlingMethod());
        }
    }
}
