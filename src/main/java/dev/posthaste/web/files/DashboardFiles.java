package dev.posthaste.web.files;

import dev.posthaste.web.http.PageHeaders;
import jakarta.ws.rs.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.glassfish.jersey.server.model.Resource;

/**
 * The dashboard: {@code index.html} at the root, every other file under its own path. Each is a resource with one exact path,
 * so that whatever is no file stays what it was without them: not found, in the API's words.
 */
public final class DashboardFiles {
    private static final String INDEX = "index.html";
    private static final String MAIN = "app/main.js";

    /** The module that the page asks for. It is served with all that it imports, so that a page is there after three requests. */
    private static final String SCRIPT = "app/main.js";

    /** What its pages may do: load and call their own server, and nothing else. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private DashboardFiles() {}

    /** Reads the files, and says where each is served. */
    public static Set<Resource> resources() {
        SortedMap<String, byte[]> files = FileFolder.read("dashboard", INDEX);
        files.put(MAIN, bundle(files));
        return resources(files.entrySet().stream()
                .map(file -> StaticFile.of(file.getKey(), file.getValue()))
                .toList());
    }

    /** With all that it imports: a browser asks for it, for the page and for its style, and then for what the page shows. */
    private static byte[] bundle(SortedMap<String, byte[]> files) {
        Map<String, String> modules = new HashMap<>();
        files.forEach((path, content) -> {
            if (path.endsWith("js")) {
                modules.put(path, new String(content, StandardCharsets.UTF_8));
            }
        });
        return ModuleBundle.of(modules, MAIN).getBytes(StandardCharsets.UTF_8);
    }

    private static Set<Resource> resources(List<StaticFile> files) {
        PageHeaders headers = new PageHeaders(POLICY);
        Set<Resource> resources = new HashSet<>();
        Map<String, StaticFile> byPath = new HashMap<>();
        files.forEach(file -> byPath.put(file.path(), file));
        byPath.put(SCRIPT, bundle(byPath));
        for (StaticFile file : byPath.values()) {
            Resource.Builder resource = Resource.builder(file.path().equals(INDEX) ? "/" : "/" + file.path());
            resource.addMethod(HttpMethod.GET).handledBy(new FileAnswer(file, headers));
            resources.add(resource.build());
        }
        return resources;
    }

    private static StaticFile bundle(Map<String, StaticFile> files) {
        String script = ScriptBundle.of(SCRIPT, path -> source(files, path));
        return StaticFile.of(SCRIPT, script.getBytes(StandardCharsets.UTF_8));
    }

    private static String source(Map<String, StaticFile> files, String path) {
        StaticFile module = files.get(path);
        if (module == null) {
            throw new IllegalStateException("the module " + path + " is missing");
        }
        return module.content().text();
    }
}
