/** Serves files of the jar: the dashboard. What they are is known when the server starts; nothing is looked up by a path that a client sent. */
@NullMarked
package dev.posthaste.web.files;

import org.jspecify.annotations.NullMarked;
