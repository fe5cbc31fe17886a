/**
 * Teams and API tokens: records, and the DAO that owns their tables. Tokens are kept as SHA-256 only.
 */
@NullMarked
package dev.posthaste.teams;

import org.jspecify.annotations.NullMarked;
