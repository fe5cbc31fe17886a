/** What every call over HTTP needs, whatever it asks for: tokens, bodies and their room, errors, answers that are read slowly. */
@NullMarked
package dev.posthaste.web.http;

import org.jspecify.annotations.NullMarked;
