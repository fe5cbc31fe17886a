/** What holds the description of the API to the server, and the server to it. */
@NullMarked
package dev.posthaste.openapi;

import org.jspecify.annotations.NullMarked;
