/** How the contract and the tables spell what is no text by itself: times, and the constants of enums. */
@NullMarked
package dev.posthaste.contract;

import org.jspecify.annotations.NullMarked;
