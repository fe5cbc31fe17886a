/**
 * Teams and API tokens: records, and the DAOs that own their tables. Tokens are kept as SHA-256 only.
 */
@NullMarked
package dev.posthaste.teams;

import org.jspecify.annotations.NullMarked;
