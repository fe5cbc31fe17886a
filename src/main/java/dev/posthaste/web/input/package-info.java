/** From what a client has written to what we work with, or to all that is wrong with it: JSON, fields, queries, cursors. */
@NullMarked
package dev.posthaste.web.input;

import org.jspecify.annotations.NullMarked;
