package dev.posthaste.web.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads all files of a folder of the class path into memory. */
final class FileFolder {
    /** More than the pages of a server may weigh. */
    private static final long MAX_BYTES = 8L * 1024 * 1024;

    /** Says where files come from, to who builds. */
    private static final String LOCK = ".lock.json";

    private FileFolder() {}

    /**
     * The files under a folder, by their paths from it on.
     *
     * @param folder such as {@code dashboard}
     * @param known a file that stands in it, by which it is found
     */
    static SortedMap<String, byte[]> read(String folder, String known) {
        URL url = FileFolder.class.getClassLoader().getResource(folder + "/" + known);
        if (url == null) {
            throw new IllegalStateException("the file " + folder + "/" + known + " is missing");
        }
        try {
            URI uri = url.toURI();
            if (!uri.getScheme().equals("jar")) {
                return read(Path.of(uri).resolveSibling(""));
            }
            try (FileSystem jar = FileSystems.newFileSystem(jarOf(uri), Map.of())) {
                return read(jar.getPath("/" + folder));
            }
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException("the files of " + folder + " cannot be read", e);
        }
    }

    private static URI jarOf(URI entry) {
        String text = entry.toString();
        return URI.create(text.substring(0, text.indexOf("!/") + 2));
    }

    private static SortedMap<String, byte[]> read(Path folder) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        long bytes = 0;
        for (Path file : paths(folder)) {
            bytes += Files.size(file);
            if (bytes > MAX_BYTES) {
                throw new IllegalStateException("the files of " + folder + " are larger than " + MAX_BYTES + " bytes");
            }
            String path = folder.relativize(file).toString().replace('\\', '/');
            files.put(path, Files.readAllBytes(file));
        }
        return files;
    }

    private static List<Path> paths(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(LOCK))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
