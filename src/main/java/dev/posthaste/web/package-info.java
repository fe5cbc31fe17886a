/**
 * The contract with clients: resources, request and response records, the token filter and the error mappers.
 *
 * <p>Called by Jersey. Its invariant: no answer leaves without the contract's shape, and no class below knows HTTP.
 */
@NullMarked
package dev.posthaste.web;

import org.jspecify.annotations.NullMarked;
